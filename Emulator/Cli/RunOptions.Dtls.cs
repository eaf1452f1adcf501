using System.Net;
using M531x.Dtls;

namespace M531x.Emulator.Cli;

/// <content>The options of DTLS.</content>
sealed partial class RunOptions
{
    /// <summary>Longest PSK identity, in UTF-8 (RFC 7925 §4.2).</summary>
    const int MaxIdentityBytes = 128;

    /// <summary>Names with commas between them, each once; null for none given.</summary>
    static bool TryReadSuites(string? text, out IReadOnlyList<DtlsCipherSuite>? suites)
    {
        suites = null;
        if (text is null)
            return true;
        List<DtlsCipherSuite> named = [];
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!DtlsCipherSuites.TryParse(name, out var suite) || named.Contains(suite))
                return false;
            named.Add(suite);
        }
        suites = named;
        return true;
    }

    /// <summary>What keeps --unsafe-deterministic-crypto from being harmless; null when all servers are on this machine.</summary>
    string? WhyNotOnLoopback(GivenSettings given, List<(string Host, int? Port, IPEndPoint To)> routes, IEnumerable<IPEndPoint> listeners)
    {
        if (given.Text(_platform) == "real")
            return "refused with --platform real: whoever knows the seed could read what leaves this machine";
        if (routes.Find(r => !IPAddress.IsLoopback(r.To.Address)) is { To: { } away })
            return $"refused with a route to {away}, which is not on loopback";
        if (listeners.FirstOrDefault(l => !IPAddress.IsLoopback(l.Address)) is { } open)
            return $"refused with a server on {open.Address}, which is not on loopback";
        return null;
    }
}
