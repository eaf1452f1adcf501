using System.Globalization;
using System.Net;
using M531x.Emulator.Core.Mipl;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.World;

/// <summary>
/// Where the servers that a module names really are. A rule names a host or an address, with or without a port, and sends
/// it to a socket address; the module goes on seeing the server it named.
/// </summary>
sealed class RouteTable
{
    /// <summary>The user's rules before those of the local OneNET, of each the later before the earlier.</summary>
    readonly List<(string Host, int? Port, IPEndPoint To)> _rules = [];

    /// <summary>How many of them are the user's.</summary>
    int _own;

    /// <summary>Addresses the module sees for names that have a rule but no address of their own.</summary>
    readonly Dictionary<string, IPAddress> _standIns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The real platform's names and the addresses they resolve to (manual §5.3.1.2).</summary>
    public static IReadOnlyDictionary<string, IPAddress> PlatformNames { get; } = new Dictionary<string, IPAddress>(StringComparer.OrdinalIgnoreCase)
    {
        ["nbiotbt.heclouds.com"] = IPAddress.Parse("183.230.40.39"),
        ["nbiotacc.heclouds.com"] = IPAddress.Parse("183.230.40.40"),
    };

    /// <summary>Adds a rule of the user. Later rules win over earlier ones, one with a port over one without, and all over those of the local OneNET.</summary>
    public void Add(string host, int? port, IPEndPoint to)
    {
        _rules.Insert(0, (host, port, to));
        _own++;
        if (!IPAddress.TryParse(host, out _) && !PlatformNames.ContainsKey(host) && !_standIns.ContainsKey(host))
            _standIns[host] = new IPAddress([198, 18, 0, (byte)(_standIns.Count + 1)]); // RFC 2544 range: never on a real network
    }

    /// <summary>Routes the ports of the local OneNET, plain and DTLS, under the real platform's names and addresses.</summary>
    public void AddLocalPlatform(Func<OneNetPort, IPEndPoint> addressOf)
    {
        foreach (var (name, address) in PlatformNames)
        {
            var isBootstrap = name.StartsWith("nbiotbt", StringComparison.Ordinal);
            foreach (var host in (string[])[name, address.ToString()])
            {
                _rules.Insert(_own, (host, MiplConfig.DefaultPort, addressOf(isBootstrap ? OneNetPort.Bootstrap : OneNetPort.Lwm2m)));
                _rules.Insert(_own, (host, ServerAddress.DtlsPort, addressOf(isBootstrap ? OneNetPort.BootstrapDtls : OneNetPort.Lwm2mDtls)));
            }
        }
    }

    /// <summary>The address the module is told for a name, or null when the name has no rule.</summary>
    public IPAddress? Resolve(string host) =>
        _rules.Exists(r => string.Equals(r.Host, host, StringComparison.OrdinalIgnoreCase))
            ? PlatformNames.GetValueOrDefault(host) ?? _standIns.GetValueOrDefault(host) ?? (IPAddress.TryParse(host, out var address) ? address : null)
            : null;

    /// <summary>The socket address behind one the module sends to; the same one when no rule applies.</summary>
    public IPEndPoint Translate(IPEndPoint seen)
    {
        var names = NamesOf(seen.Address);
        bool Fits((string Host, int? Port, IPEndPoint To) rule) =>
            names.Contains(rule.Host, StringComparer.OrdinalIgnoreCase) && (rule.Port is null || rule.Port == seen.Port);
        var own = _rules.Take(_own).Where(Fits).ToList();
        return own.Find(r => r.Port is not null).To ?? own.FirstOrDefault().To ?? _rules.Skip(_own).FirstOrDefault(Fits).To ?? seen;
    }

    /// <summary>The host behind one the module pings: that of a rule without a port, else of any rule.</summary>
    public IPAddress TranslateHost(IPAddress seen)
    {
        var names = NamesOf(seen);
        var matches = _rules.Where(r => names.Contains(r.Host, StringComparer.OrdinalIgnoreCase)).ToList();
        return (matches.Find(r => r.Port is null).To ?? matches.FirstOrDefault().To)?.Address ?? seen;
    }

    List<string> NamesOf(IPAddress address) =>
    [
        address.ToString(),
        .. PlatformNames.Where(n => n.Value.Equals(address)).Select(n => n.Key),
        .. _standIns.Where(n => n.Value.Equals(address)).Select(n => n.Key),
    ];

    /// <summary>Reads HOST[:PORT]=HOST:PORT; the right-hand host must be an address or "localhost". False with the reason.</summary>
    public static bool TryParse(string text, out (string Host, int? Port, IPEndPoint To) rule, out string error)
    {
        rule = default;
        error = "";
        var sides = text.Split('=');
        if (sides.Length != 2 || sides[0].Length == 0 || sides[1].Length == 0)
            error = "expected HOST[:PORT]=HOST:PORT";
        else if (!TrySplitPort(sides[0], out var host, out var port))
            error = $"'{sides[0]}' is not HOST or HOST:PORT";
        else if (!TrySplitPort(sides[1], out var toHost, out var toPort) || toPort is null)
            error = $"'{sides[1]}' is not HOST:PORT";
        else if (!IPAddress.TryParse(toHost == "localhost" ? "127.0.0.1" : toHost, out var address))
            error = $"'{toHost}' is not an IP address";
        else
            rule = (host, port, new IPEndPoint(address, toPort.Value));
        return error.Length == 0;
    }

    static bool TrySplitPort(string text, out string host, out int? port)
    {
        var colon = text.LastIndexOf(':');
        host = colon < 0 ? text : text[..colon];
        port = null;
        if (colon < 0)
            return host.Length > 0;
        var valid = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535;
        port = number;
        return valid && host.Length > 0;
    }
}
