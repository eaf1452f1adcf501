namespace M531x.Dtls;

/// <summary>The pre-shared-key cipher suites of the engine, by their IANA number (RFC 6655, RFC 5487).</summary>
public enum DtlsCipherSuite : ushort
{
    PskAes128GcmSha256 = 0x00A8,
    PskAes128CbcSha256 = 0x00AE,
    PskAes128Ccm = 0xC0A4,
    PskAes128Ccm8 = 0xC0A8,
}

/// <summary>Names of the suites.</summary>
public static class DtlsCipherSuites
{
    static readonly (DtlsCipherSuite Suite, string Short, string Iana)[] Known =
    [
        (DtlsCipherSuite.PskAes128Ccm8, "ccm8", "TLS_PSK_WITH_AES_128_CCM_8"),
        (DtlsCipherSuite.PskAes128Ccm, "ccm", "TLS_PSK_WITH_AES_128_CCM"),
        (DtlsCipherSuite.PskAes128GcmSha256, "gcm", "TLS_PSK_WITH_AES_128_GCM_SHA256"),
        (DtlsCipherSuite.PskAes128CbcSha256, "cbc", "TLS_PSK_WITH_AES_128_CBC_SHA256"),
    ];

    /// <summary>All suites, the mandatory one of RFC 7925 §4.2 first.</summary>
    public static IReadOnlyList<DtlsCipherSuite> All { get; } = [.. Known.Select(k => k.Suite)];

    /// <summary>The short names that <see cref="TryParse"/> takes.</summary>
    public static IReadOnlyList<string> ShortNames { get; } = [.. Known.Select(k => k.Short)];

    /// <summary>The registered name, such as TLS_PSK_WITH_AES_128_CCM_8.</summary>
    public static string Name(this DtlsCipherSuite suite) => Known.First(k => k.Suite == suite).Iana;

    public static string ShortName(this DtlsCipherSuite suite) => Known.First(k => k.Suite == suite).Short;

    /// <summary>Takes a short name (ccm8, ccm, gcm, cbc) or a registered one.</summary>
    public static bool TryParse(string text, out DtlsCipherSuite suite)
    {
        foreach (var known in Known)
        {
            if (text.Equals(known.Short, StringComparison.OrdinalIgnoreCase) || text.Equals(known.Iana, StringComparison.OrdinalIgnoreCase))
            {
                suite = known.Suite;
                return true;
            }
        }
        suite = default;
        return false;
    }
}
