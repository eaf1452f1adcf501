namespace M531x.Lwm2m.Coap;

public sealed partial class CoapMessage
{
    /// <summary>Uri-Path segments in order.</summary>
    public IReadOnlyList<string> UriPath => throw new NotImplementedException();

    /// <summary>Uri-Query options in order, such as "lt=300".</summary>
    public IReadOnlyList<string> UriQuery => throw new NotImplementedException();

    public IReadOnlyList<string> LocationPath => throw new NotImplementedException();
    public int? ContentFormat => throw new NotImplementedException();
    public int? Accept => throw new NotImplementedException();
    public int? Observe => throw new NotImplementedException();
    public CoapBlock? Block1 => throw new NotImplementedException();
    public CoapBlock? Block2 => throw new NotImplementedException();

    /// <summary>The first option with this number, or null.</summary>
    public ReadOnlyMemory<byte>? Option(int number) => throw new NotImplementedException();
}
