using System.CommandLine;
using System.Globalization;
using System.Net;
using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Cli;

/// <summary>The options of <c>m531x run</c>, each with its default and its check.</summary>
sealed class RunOptions
{
    public const string DefaultApiKey = "m531x-local-onenet-master-key";

    const int MaxSeconds = 86400;

    readonly Option<string> _line = Text("--line", "LINE", "pty:[PATH], tcp-listen:HOST:PORT or stdio:", OperatingSystem.IsWindows() ? "tcp-listen:127.0.0.1:5320" : "pty:/tmp/m531x");
    readonly Option<string> _profile = Text("--profile", "NAME", $"module: {string.Join(", ", ModuleProfile.All.Select(p => p.Name))}", ModuleProfile.M5310A.Name);
    readonly Option<string[]> _quirks = new("--quirk") { HelpName = "NAME", Description = "turns on a deviation that m531x quirks lists; may be repeated", DefaultValueFactory = _ => [] };
    readonly Option<string?> _power = new("--power") { HelpName = "WHEN", Description = "power-on lines: on-open (first opening of the line), on-start or on-open-each; default: on-open, on stdio: on-start" };
    readonly Option<string?> _nvram = new("--nvram") { HelpName = "FILE", Description = "settings that survive a restart are loaded from there and written there" };
    readonly Option<string> _attachDelay = Text("--attach-delay", "SECONDS", "from start or reset until the network is attached", "0");
    readonly Option<string> _ipAgeing = Text("--ip-ageing", "SECONDS|off", "silence after which the module's next datagram leaves from a new address and port", "120");
    readonly Option<string> _dialect = Text("--dialect", "NAME", "onenet, or lwm2m for other LwM2M servers", "onenet");
    readonly Option<string> _platform = Text("--platform", "NAME", "local: a OneNET in this process; real: names resolve by DNS", "local");
    readonly Option<string[]> _routes = new("--route") { HelpName = "HOST[:PORT]=HOST:PORT", Description = "sends a server name to another address; may be repeated", DefaultValueFactory = _ => [] };
    readonly Option<bool> _noAutoProvision = Switch("--no-auto-provision", "the local OneNET knows no device before POST /devices");
    readonly Option<string> _api = Text("--api", "HOST:PORT|off", "address of the HTTP API", "127.0.0.1:5310");
    readonly Option<string> _apiKey = Text("--api-key", "KEY", "master key that the HTTP API wants", DefaultApiKey);
    readonly Option<string> _bootstrap = Text("--bootstrap", "HOST:PORT", "address of the local bootstrap server", "127.0.0.1:0");
    readonly Option<string> _lwm2m = Text("--lwm2m", "HOST:PORT", "address of the local LwM2M server", "127.0.0.1:0");
    readonly Option<string> _imei = Text("--imei", "DIGITS", "15 digits", ModuleOptions.DefaultImei);
    readonly Option<string> _imsi = Text("--imsi", "DIGITS", "up to 15 digits", ModuleOptions.DefaultImsi);
    readonly Option<string?> _seed = new("--seed") { HelpName = "N", Description = "seed of message ids, tokens and time-outs; default: a new one each time" };
    readonly Option<string?> _readyFile = new("--ready-file") { HelpName = "PATH", Description = "written with the READY JSON once all ports are open" };
    readonly Option<string?> _logFile = new("--log-file") { HelpName = "PATH", Description = "also writes the log there" };
    readonly Option<bool> _quiet = Switch("-q", "no banner, errors only", "--quiet");
    readonly Option<bool> _verbose = Switch("-v", "log what happens", "--verbose");
    readonly Option<bool> _veryVerbose = Switch("-vv", "log every message");

    public IEnumerable<Option> All =>
        [_line, _profile, _quirks, _power, _nvram, _attachDelay, _ipAgeing, _dialect, _platform, _routes, _noAutoProvision, _api, _apiKey, _bootstrap, _lwm2m, _imei, _imsi, _seed, _readyFile, _logFile, _quiet, _verbose, _veryVerbose];

    /// <summary>Checks every option; the error names the option and says what it takes.</summary>
    public bool TryRead(ParseResult parsed, out RunSettings settings, out string error)
    {
        settings = null!;
        error = "";
        if (parsed.GetValue(_line) is "mem:")
            error = Complain(_line, "mem:", "nobody could write to it from outside; it is for programs that embed the emulator");
        else if (ModuleProfile.Find(parsed.GetValue(_profile)!) is not { } profile)
            error = Complain(_profile, parsed.GetValue(_profile), $"known profiles are {string.Join(", ", ModuleProfile.All.Select(p => p.Name))}");
        else if (!TryReadQuirks(parsed, out var quirks, out error))
            return false;
        else if (!TryReadPower(parsed.GetValue(_power), parsed.GetValue(_line)!, out var power))
            error = Complain(_power, parsed.GetValue(_power), "expected on-open, on-start or on-open-each");
        else if (!TryReadSeconds(parsed.GetValue(_attachDelay)!, out var attachDelay))
            error = Complain(_attachDelay, parsed.GetValue(_attachDelay), $"expected seconds from 0 to {MaxSeconds}");
        else if (!TryReadAgeing(parsed.GetValue(_ipAgeing)!, out var ipAgeing))
            error = Complain(_ipAgeing, parsed.GetValue(_ipAgeing), $"expected seconds above 0, up to {MaxSeconds}, or off");
        else if (!TryReadDialect(parsed.GetValue(_dialect)!, out var dialect))
            error = Complain(_dialect, parsed.GetValue(_dialect), "expected onenet or lwm2m");
        else if (parsed.GetValue(_platform) is not ("local" or "real"))
            error = Complain(_platform, parsed.GetValue(_platform), "expected local or real");
        else if (parsed.GetValue(_platform) == "real" && FirstGiven(parsed, _noAutoProvision, _bootstrap, _lwm2m) is { } useless)
            error = $"{useless.Name}: has no effect with --platform real, which starts no local OneNET";
        else if (!TryReadRoutes(parsed, out var routes, out error))
            return false;
        else if (!TryReadAddress(parsed, _api, allowOff: true, out var api, out error)
            || !TryReadAddress(parsed, _bootstrap, allowOff: false, out var bootstrap, out error)
            || !TryReadAddress(parsed, _lwm2m, allowOff: false, out var lwm2m, out error))
            return false;
        else if (!IsDigits(parsed.GetValue(_imei)!, 15, 15))
            error = Complain(_imei, parsed.GetValue(_imei), "expected 15 digits");
        else if (!IsDigits(parsed.GetValue(_imsi)!, 1, 15))
            error = Complain(_imsi, parsed.GetValue(_imsi), "expected 1 to 15 digits");
        else if (!TryReadSeed(parsed.GetValue(_seed), out var seed))
            error = Complain(_seed, parsed.GetValue(_seed), "expected a whole number from 0");
        else if (parsed.GetValue(_apiKey)!.Length == 0)
            error = Complain(_apiKey, "", "expected a key");
        else
            settings = new RunSettings
            {
                Line = parsed.GetValue(_line)!,
                Profile = profile,
                Quirks = quirks,
                Power = power,
                Nvram = parsed.GetValue(_nvram),
                AttachDelay = attachDelay,
                IpAgeing = ipAgeing,
                Dialect = dialect,
                LocalPlatform = parsed.GetValue(_platform) == "local",
                AutoProvision = !parsed.GetValue(_noAutoProvision),
                Routes = routes,
                Api = api,
                ApiKey = parsed.GetValue(_apiKey)!,
                PlatformAddresses = new Dictionary<OneNetPort, IPEndPoint>
                {
                    [OneNetPort.Bootstrap] = bootstrap!,
                    [OneNetPort.Lwm2m] = lwm2m!,
                },
                Imei = parsed.GetValue(_imei)!,
                Imsi = parsed.GetValue(_imsi)!,
                Seed = seed,
                ReadyFile = parsed.GetValue(_readyFile),
                LogFile = parsed.GetValue(_logFile),
                Quiet = parsed.GetValue(_quiet),
                Verbosity = parsed.GetValue(_veryVerbose) ? 2 : parsed.GetValue(_verbose) ? 1 : 0,
            };
        return error.Length == 0;
    }

    bool TryReadQuirks(ParseResult parsed, out QuirkSet quirks, out string error)
    {
        var names = parsed.GetValue(_quirks) ?? [];
        var unknown = names.FirstOrDefault(n => QuirkCatalog.Find(n) is null);
        quirks = unknown is null ? new QuirkSet(names.Select(n => QuirkCatalog.Find(n)!.Quirk)) : QuirkSet.None;
        error = unknown is null ? "" : Complain(_quirks, unknown, "unknown; 'm531x quirks' lists them all");
        return unknown is null;
    }

    static Option? FirstGiven(ParseResult parsed, params Option[] options) => options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });

    bool TryReadRoutes(ParseResult parsed, out List<(string Host, int? Port, IPEndPoint To)> routes, out string error)
    {
        routes = [];
        error = "";
        foreach (var text in parsed.GetValue(_routes) ?? [])
        {
            if (!RouteTable.TryParse(text, out var rule, out var reason))
            {
                error = Complain(_routes, text, reason);
                return false;
            }
            routes.Add(rule);
        }
        return true;
    }

    static bool TryReadAddress(ParseResult parsed, Option<string> option, bool allowOff, out IPEndPoint? address, out string error)
    {
        address = null;
        error = "";
        var text = parsed.GetValue(option)!;
        if (allowOff && text == "off")
            return true;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var ip)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            address = new IPEndPoint(ip, port);
        else
            error = Complain(option, text, allowOff ? "expected ADDRESS:PORT or off" : "expected ADDRESS:PORT");
        return error.Length == 0;
    }

    static bool TryReadPower(string? text, string line, out PowerOnMode power)
    {
        // Standard streams are open from the start.
        text ??= line.StartsWith("stdio:", StringComparison.Ordinal) ? "on-start" : "on-open";
        power = text switch
        {
            "on-start" => PowerOnMode.OnStart,
            "on-open-each" => PowerOnMode.OnOpenEach,
            _ => PowerOnMode.OnOpen,
        };
        return text is "on-open" or "on-start" or "on-open-each";
    }

    static bool TryReadSeconds(string text, out TimeSpan time)
    {
        var valid = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxSeconds;
        time = valid ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return valid;
    }

    static bool TryReadAgeing(string text, out TimeSpan? idle)
    {
        idle = null;
        if (text == "off")
            return true;
        var valid = TryReadSeconds(text, out var time) && time > TimeSpan.Zero;
        idle = valid ? time : null;
        return valid;
    }

    static bool TryReadDialect(string text, out Lwm2mDialect dialect)
    {
        dialect = text == "lwm2m" ? Lwm2mDialect.Lwm2m : Lwm2mDialect.OneNet;
        return text is "lwm2m" or "onenet";
    }

    static bool TryReadSeed(string? text, out ulong? seed)
    {
        seed = null;
        if (text is null)
            return true;
        var valid = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        seed = number;
        return valid;
    }

    static bool IsDigits(string text, int min, int max) => text.Length >= min && text.Length <= max && text.All(char.IsAsciiDigit);

    static string Complain(Option option, string? value, string what) => $"{option.Name} {value}: {what}";

    static Option<string> Text(string name, string helpName, string description, string value) =>
        new(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };

    static Option<bool> Switch(string name, string description, params string[] aliases) => new(name, aliases) { Description = description };
}
