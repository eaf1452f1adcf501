using System.Text;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Server;

/// <summary>An instance of the Security object as a bootstrap writes it (LwM2M 1.0 annex E.1).</summary>
/// <remarks>The M531X takes host from the URI and wants an explicit port of four digits.</remarks>
public sealed class SecurityInstance(string uri)
{
    const int PskMode = 0;
    const int NoSecMode = 3;

    public string Uri => uri;

    /// <summary>True for the account of the bootstrap server itself.</summary>
    public bool IsBootstrap { get; init; }
    public string? PskIdentity { get; init; }
    public string? PskKey { get; init; }
    public int ShortServerId { get; init; } = 1;

    /// <summary>Seconds; only written when given.</summary>
    public int? HoldOff { get; init; }

    /// <summary>Bare Resource TLVs, without an Object Instance around them: the only form the module reads.</summary>
    public byte[] Encode()
    {
        var output = new List<byte>();
        Write(output, 0, Lwm2mValue.Of(uri));
        Write(output, 1, Lwm2mValue.Of(IsBootstrap));
        Write(output, 2, Lwm2mValue.Of((long)(PskKey is null ? NoSecMode : PskMode)));
        if (PskKey is not null)
        {
            Write(output, 3, Lwm2mValue.Of(Encoding.UTF8.GetBytes(PskIdentity ?? "")));
            Write(output, 5, Lwm2mValue.Of(Encoding.UTF8.GetBytes(PskKey)));
        }
        Write(output, 10, Lwm2mValue.Of((long)ShortServerId));
        if (HoldOff is { } seconds)
            Write(output, 11, Lwm2mValue.Of((long)seconds));
        return [.. output];
    }

    static void Write(List<byte> output, int resource, Lwm2mValue value) =>
        Tlv.Write(output, TlvKind.Resource, resource, Tlv.EncodeValue(value));
}
