namespace M531x.Lwm2m.Coap;

/// <summary>One option instance: its number and its value's bytes (RFC 7252 §3.1).</summary>
public readonly record struct CoapOption(int Number, ReadOnlyMemory<byte> Value)
{
    /// <summary>An odd number marks an option that a receiver must understand (RFC 7252 §5.4.6).</summary>
    public bool IsCritical => (Number & 1) == 1;
}

/// <summary>Option numbers this project knows (RFC 7252 §12.2, 7641, 7959; 63 is OneNET's own).</summary>
public static class CoapOptionNumber
{
    public const int IfMatch = 1;
    public const int UriHost = 3;
    public const int ETag = 4;
    public const int IfNoneMatch = 5;
    public const int Observe = 6;
    public const int UriPort = 7;
    public const int LocationPath = 8;
    public const int UriPath = 11;
    public const int ContentFormat = 12;
    public const int MaxAge = 14;
    public const int UriQuery = 15;
    public const int Accept = 17;
    public const int LocationQuery = 20;
    public const int Block2 = 23;
    public const int Block1 = 27;
    public const int Size2 = 28;
    public const int ProxyUri = 35;
    public const int ProxyScheme = 39;
    public const int Size1 = 60;

    /// <summary>China Mobile's authentication code; critical, so a strict server refuses it.</summary>
    public const int AuthCode = 63;
}

/// <summary>Content formats in use between an M531X and a server.</summary>
public static class CoapContentFormat
{
    public const int Text = 0;
    public const int Link = 40;
    public const int OctetStream = 42;

    /// <summary>The TLV number before OMA registered 11542; what the module sends.</summary>
    public const int LegacyTlv = 1542;
    public const int LegacyJson = 1543;
    public const int Tlv = 11542;
    public const int Json = 11543;
}
