using System.Text;

namespace M531x.Lwm2m.Coap;

// An elective option whose value does not fit its format counts as absent (RFC 7252 §5.4.3);
// a critical one never gets this far, since the endpoint rejects the message.
public sealed partial class CoapMessage
{
    const int MaxSegmentLength = 255;

    IReadOnlyList<string>? _uriPath;
    IReadOnlyList<string>? _uriQuery;
    IReadOnlyList<string>? _locationPath;

    /// <summary>Uri-Path segments in order.</summary>
    public IReadOnlyList<string> UriPath => _uriPath ??= Texts(CoapOptionNumber.UriPath);

    /// <summary>Uri-Query options in order, such as "lt=300".</summary>
    public IReadOnlyList<string> UriQuery => _uriQuery ??= Texts(CoapOptionNumber.UriQuery);

    public IReadOnlyList<string> LocationPath => _locationPath ??= Texts(CoapOptionNumber.LocationPath);
    public int? ContentFormat => UInt(CoapOptionNumber.ContentFormat, 2);
    public int? Accept => UInt(CoapOptionNumber.Accept, 2);

    /// <summary>0 registers, 1 deregisters in a request; the sequence number of 24 bits in a response (RFC 7641 §2).</summary>
    public int? Observe => UInt(CoapOptionNumber.Observe, 3);

    public ReadOnlyMemory<byte>? ETag => Option(CoapOptionNumber.ETag);

    public CoapBlock? Block1 => Block(CoapOptionNumber.Block1);
    public CoapBlock? Block2 => Block(CoapOptionNumber.Block2);

    /// <summary>The first option with this number, or null.</summary>
    public ReadOnlyMemory<byte>? Option(int number)
    {
        foreach (var option in Options)
        {
            if (option.Number == number)
                return option.Value;
        }
        return null;
    }

    string[] Texts(int number) =>
        [.. Options.Where(o => o.Number == number && o.Value.Length <= MaxSegmentLength).Select(o => Encoding.UTF8.GetString(o.Value.Span))];

    int? UInt(int number, int maxLength)
    {
        if (Option(number) is not { } value || value.Length > maxLength)
            return null;
        var result = 0;
        foreach (var b in value.Span)
            result = (result << 8) | b;
        return result;
    }

    CoapBlock? Block(int number) =>
        UInt(number, 3) is { } value && (value & 7) != 7 ? new CoapBlock(value >> 4, (value & 8) != 0, value & 7) : null;
}
