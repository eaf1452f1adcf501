using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using M531x.Dtls;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Cli;

/// <summary>
/// The options of <c>m531x run</c>, each with its default and its check. An option that is made here is a flag, a variable and a key
/// of the configuration file at once.
/// </summary>
sealed partial class RunOptions(List<Option> settings, bool isForExec)
{
    public const string DefaultApiKey = "m531x-local-onenet-master-key";

    const int MaxSeconds = 86400;

    /// <summary>Below this a byte alone takes 10 ms, which programs take for the end of a line.</summary>
    const int MinPace = 1200;

    readonly Option<string> _line = Text(settings, "--line", "LINE", "pty:[PATH], serial:PATH[?baud=N&parity=none|even|odd&stop=1|2&rtscts], tcp-listen:HOST:PORT, tcp:HOST:PORT, stdio: or mem: (AT commands over the HTTP API alone)", DefaultLine(isForExec));
    readonly Option<string> _profile = Text(settings, "--profile", "NAME", $"module: {ModuleProfile.Names}", ModuleProfile.M5310A.Name);
    readonly Option<string[]> _quirks = List(settings, "--quirk", "NAME[=off]", "turns a deviation that m531x quirks lists on, or one of the profile's own off; may be repeated");
    readonly Option<string?> _power = OptionalText(settings, "--power", "WHEN", "power-on lines: on-open (first opening of the line), on-start or on-open-each; default: on-open, on serial: and stdio: on-start");
    readonly Option<string?> _nvram = OptionalText(settings, "--nvram", "FILE", "settings that survive a restart are loaded from there and written there");
    readonly Option<string> _time = Text(settings, "--time", "real|xN|virtual", "how core time passes: with the wall clock, N times as fast, or only when the HTTP API has it pass", "real");
    readonly Option<string> _attachDelay = Text(settings, "--attach-delay", "SECONDS", "from start or reset until the network is attached", "0");
    readonly Option<string> _latency = Text(settings, "--latency", "MODE", "time that commands and the registration take: none, typical, slowest or seeded (in between)", "none");
    readonly Option<string> _pace = Text(settings, "--pace", "off|line|BAUD", "bytes leave one by one at the speed of the UART, or at that one", "off");
    readonly Option<string> _ipAgeing = Text(settings, "--ip-ageing", "SECONDS|off", "silence after which the module's next datagram leaves from a new address and port", "120");
    readonly Option<string> _dialect = Text(settings, "--dialect", "NAME", "onenet, or lwm2m for other LwM2M servers", "onenet");
    readonly Option<string> _platform = Text(settings, "--platform", "NAME", "local: a OneNET in this process; real: names resolve by DNS", "local");
    readonly Option<string[]> _routes = List(settings, "--route", "HOST[:PORT]=HOST:PORT", "sends a server name to another address; may be repeated");
    readonly Option<bool> _noAutoProvision = Switch(settings, "--no-auto-provision", "the local OneNET knows no device before POST /devices");
    readonly Option<string> _api = Text(settings, "--api", "HOST:PORT|off", "address of the HTTP API; port 0 is any free one", isForExec ? "127.0.0.1:0" : "127.0.0.1:5310");
    readonly Option<string> _apiKey = Text(settings, "--api-key", "KEY", "master key that the HTTP API wants", DefaultApiKey);
    readonly Option<string> _bootstrap = Text(settings, "--bootstrap", "HOST:PORT", "address of the local bootstrap server", "127.0.0.1:0");
    readonly Option<string> _lwm2m = Text(settings, "--lwm2m", "HOST:PORT", "address of the local LwM2M server", "127.0.0.1:0");
    readonly Option<string> _bootstrapDtls = Text(settings, "--bootstrap-dtls", "HOST:PORT", "address of the local bootstrap server behind DTLS", "127.0.0.1:0");
    readonly Option<string> _lwm2mDtls = Text(settings, "--lwm2m-dtls", "HOST:PORT", "address of the local LwM2M server behind DTLS", "127.0.0.1:0");
    readonly Option<string?> _pskIdentity = OptionalText(settings, "--psk-identity", "TEXT", "PSK identity of the module, which may be empty; default: the IMEI");
    readonly Option<string?> _dtlsSuites = OptionalText(settings, "--dtls-suites", "NAMES", $"cipher suites the module offers, in order, of {string.Join(", ", DtlsCipherSuites.ShortNames)}; default: the module's, or the dialect's");
    readonly Option<bool> _dtlsConnectionIds = Switch(settings, "--dtls-connection-ids", "module and local OneNET use DTLS connection ids (RFC 9146), which no M531X knows");
    readonly Option<string?> _dtlsKeyLog = OptionalText(settings, "--dtls-keylog", "FILE", "adds the secrets of the module's handshakes there, for Wireshark");
    readonly Option<bool> _deterministicCrypto = Switch(settings, "--unsafe-deterministic-crypto", "DTLS draws its random numbers from the seed; only while every server is on loopback");
    readonly Option<string[]> _faults = List(settings, "--fault", "FAULT", "something that goes wrong: a preset, or a type with what follows, such as loss,probability=0.2; may be repeated");
    readonly Option<string?> _imei = OptionalText(settings, "--imei", "DIGITS", "15 digits; default: the profile's");
    readonly Option<string?> _imsi = OptionalText(settings, "--imsi", "DIGITS", "up to 15 digits; default: the profile's");
    readonly Option<string?> _seed = OptionalText(settings, "--seed", "N", "seed of message ids, tokens and time-outs; default: a new one each time");
    readonly Option<string?> _trace = OptionalText(settings, "--trace", "FILE", "everything that happens, as one JSON object a line, without keys");
    readonly Option<string?> _transcript = OptionalText(settings, "--transcript", "FILE", "what passes over the serial line, keys included");
    readonly Option<string?> _pcap = OptionalText(settings, "--pcap", "FILE", "the module's datagrams as pcapng with the secrets of DTLS, for Wireshark");
    readonly Option<string?> _traceDir = OptionalText(settings, "--trace-dir", "DIR", "all three there: trace.jsonl, transcript.atlog, capture.pcapng");
    readonly Option<string?> _keep = OptionalText(settings, "--keep", "WHEN", "what becomes of --trace-dir: always, or on-failure to remove its files when the exit code is 0 or 130; default: always");
    readonly Option<string?> _readyFile = OptionalText(settings, "--ready-file", "PATH", "written with the READY JSON once all ports are open");
    readonly Option<string?> _logFile = OptionalText(settings, "--log-file", "PATH", "also writes the log there");
    readonly Option<bool> _quiet = Switch(settings, "-q", "no banner, errors only", "--quiet");
    readonly Option<bool> _verbose = Switch(settings, "-v", "log what happens", "--verbose");
    readonly Option<bool> _veryVerbose = Switch(settings, "-vv", "log every message", "--very-verbose");

    readonly Option<string?> _config = new("--config") { HelpName = "FILE", Description = $"settings by name in YAML; default: {ConfigFile.DefaultName} when there is one" };

    /// <param name="isForExec">Beside a command nobody knows the line and the API by name: unless they are chosen, several may run at a time.</param>
    public RunOptions(bool isForExec = false) : this([], isForExec) { }

    public IEnumerable<Option> All => [.. settings, _config];

    /// <summary>What can stand in a configuration file, in the order of the help.</summary>
    public IReadOnlyList<Option> Settings => settings;

    public bool IsSecret(Option option) => option == _apiKey;

    public bool IsList(Option option) => option is Option<string[]>;

    /// <summary>Gathers and checks what is given; the error names the place and the setting and says what it takes.</summary>
    public bool TryRead(ParseResult parsed, Func<string, string?> environment, out GivenSettings given, out RunSettings checkedSettings, out string error)
    {
        checkedSettings = null!;
        try
        {
            given = GivenSettings.Collect(parsed, _config, settings, environment);
        }
        catch (FormatException e)
        {
            given = null!;
            error = e.Message;
            return false;
        }
        return TryRead(given, out checkedSettings, out error);
    }

    /// <summary>Checks every option; the error names the option and says what it takes.</summary>
    bool TryRead(GivenSettings given, out RunSettings checkedSettings, out string error)
    {
        checkedSettings = null!;
        error = "";
        if (given.Text(_line) is "mem:" && given.Text(_api) == "off")
            error = given.Complain(_line, "AT commands come over the HTTP API, which is off");
        else if (!TryReadTime(given, out var time, out error))
            return false;
        else if (ModuleProfile.Find(given.Text(_profile)) is not { } profile)
            error = given.Complain(_profile, $"known profiles are {ModuleProfile.Names}");
        else if (!TryReadQuirks(given, out var quirks, out error))
            return false;
        else if (!TryReadPower(given.OptionalText(_power), given.Text(_line), out var power))
            error = given.Complain(_power, "expected on-open, on-start or on-open-each");
        else if (!TryReadSeconds(given.Text(_attachDelay), out var attachDelay))
            error = given.Complain(_attachDelay, $"expected seconds from 0 to {MaxSeconds}");
        else if (!TryReadLatency(given.Text(_latency), out var latency))
            error = given.Complain(_latency, "expected none, typical, slowest or seeded");
        else if (!TryReadPace(given.Text(_pace), out var pace))
            error = given.Complain(_pace, $"expected off, line, or bit/s from {MinPace} to {SerialSpec.MaxBaud}");
        else if (!TryReadAgeing(given.Text(_ipAgeing), out var ipAgeing))
            error = given.Complain(_ipAgeing, $"expected seconds above 0, up to {MaxSeconds}, or off");
        else if (!TryReadDialect(given.Text(_dialect), out var dialect))
            error = given.Complain(_dialect, "expected onenet or lwm2m");
        else if (given.Text(_platform) is not ("local" or "real"))
            error = given.Complain(_platform, "expected local or real");
        else if (given.Text(_platform) == "real" && FirstUseless(given) is { } useless)
            error = given.Complain(useless, "has no effect with --platform real, which starts no local OneNET");
        else if (!TryReadRoutes(given, out var routes, out error))
            return false;
        else if (!TryReadAddress(given, _api, allowOff: true, out var api, out error)
            || !TryReadAddress(given, _bootstrap, allowOff: false, out var bootstrap, out error)
            || !TryReadAddress(given, _lwm2m, allowOff: false, out var lwm2m, out error)
            || !TryReadAddress(given, _bootstrapDtls, allowOff: false, out var bootstrapDtls, out error)
            || !TryReadAddress(given, _lwm2mDtls, allowOff: false, out var lwm2mDtls, out error))
            return false;
        else if (!TryReadSuites(given.OptionalText(_dtlsSuites), out var suites))
            error = given.Complain(_dtlsSuites, $"expected names of {string.Join(", ", DtlsCipherSuites.ShortNames)}, with commas between them");
        else if (given.OptionalText(_pskIdentity) is { } identity && Encoding.UTF8.GetByteCount(identity) > MaxIdentityBytes)
            error = given.Complain(_pskIdentity, $"expected at most {MaxIdentityBytes} bytes");
        else if (given.IsOn(_deterministicCrypto) && WhyNotOnLoopback(given, routes, [bootstrap!, lwm2m!, bootstrapDtls!, lwm2mDtls!]) is { } elsewhere)
            error = given.Complain(_deterministicCrypto, elsewhere);
        else if (!TryReadFaults(given, out var faults, out error))
            return false;
        else if (given.OptionalText(_imei) is { } imei && !IsDigits(imei, 15, 15))
            error = given.Complain(_imei, "expected 15 digits");
        else if (given.OptionalText(_imsi) is { } imsi && !IsDigits(imsi, 1, 15))
            error = given.Complain(_imsi, "expected 1 to 15 digits");
        else if (!TryReadSeed(given.OptionalText(_seed), out var seed))
            error = given.Complain(_seed, "expected a whole number from 0");
        else if (!TryReadTrace(given, out var trace, out error))
            return false;
        else if (given.Text(_apiKey).Length == 0)
            error = given.Complain(_apiKey, "expected a key");
        else
            checkedSettings = new RunSettings
            {
                Given = given,
                Line = given.Text(_line),
                Profile = profile,
                Quirks = quirks,
                Power = power,
                Time = time,
                Nvram = given.OptionalText(_nvram),
                AttachDelay = attachDelay,
                Latency = latency,
                Pace = pace,
                IpAgeing = ipAgeing,
                Dialect = dialect,
                LocalPlatform = given.Text(_platform) == "local",
                AutoProvision = !given.IsOn(_noAutoProvision),
                Routes = routes,
                Api = api,
                ApiKey = given.Text(_apiKey),
                PlatformAddresses = new Dictionary<OneNetPort, IPEndPoint>
                {
                    [OneNetPort.Bootstrap] = bootstrap!,
                    [OneNetPort.Lwm2m] = lwm2m!,
                    [OneNetPort.BootstrapDtls] = bootstrapDtls!,
                    [OneNetPort.Lwm2mDtls] = lwm2mDtls!,
                },
                PskIdentity = given.OptionalText(_pskIdentity),
                DtlsSuites = suites,
                DtlsConnectionIds = given.IsOn(_dtlsConnectionIds),
                DtlsKeyLog = given.OptionalText(_dtlsKeyLog),
                DeterministicCrypto = given.IsOn(_deterministicCrypto),
                Faults = faults,
                Imei = given.OptionalText(_imei) ?? profile.Imei,
                Imsi = given.OptionalText(_imsi) ?? profile.Imsi,
                Seed = seed,
                Trace = trace,
                ReadyFile = given.OptionalText(_readyFile),
                LogFile = given.OptionalText(_logFile),
                Quiet = given.IsOn(_quiet),
                Verbosity = given.IsOn(_veryVerbose) ? 2 : given.IsOn(_verbose) ? 1 : 0,
            };
        return error.Length == 0;
    }

    bool TryReadQuirks(GivenSettings given, out QuirkSet quirks, out string error)
    {
        error = "";
        var texts = given.List(_quirks);
        if (QuirkSet.TryParse(texts.Select(t => t.Text), out quirks, out var wrong, out var problem))
            return true;
        error = GivenSettings.Complain(_quirks, texts.First(t => t.Text == wrong), problem);
        return false;
    }

    /// <summary>What means nothing without a local OneNET, unless the platform was chosen over it from a stronger place.</summary>
    Option? FirstUseless(GivenSettings given) => ((Option[])[_noAutoProvision, _bootstrap, _lwm2m, _bootstrapDtls, _lwm2mDtls]).FirstOrDefault(o =>
        given.Of(o) is { Origin.Layer: not SettingLayer.Default } value && value.Origin.Layer >= given.Of(_platform).Origin.Layer && value.Texts[0].Text != "false");

    bool TryReadRoutes(GivenSettings given, out List<(string Host, int? Port, IPEndPoint To)> routes, out string error)
    {
        routes = [];
        error = "";
        foreach (var text in given.List(_routes))
        {
            if (!RouteTable.TryParse(text.Text, out var rule, out var reason))
            {
                error = GivenSettings.Complain(_routes, text, reason);
                return false;
            }
            routes.Add(rule);
        }
        return true;
    }

    static bool TryReadAddress(GivenSettings given, Option<string> option, bool allowOff, out IPEndPoint? address, out string error)
    {
        address = null;
        error = "";
        var text = given.Text(option);
        if (allowOff && text == "off")
            return true;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var ip)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            address = new IPEndPoint(ip, port);
        else
            error = given.Complain(option, allowOff ? "expected ADDRESS:PORT or off" : "expected ADDRESS:PORT");
        return error.Length == 0;
    }

    static bool TryReadPower(string? text, string line, out PowerOnMode power)
    {
        // Standard streams are open from the start, and nobody sees who opens the other end of a cable.
        text ??= LineOptions.UsesStdio(line) || LineOptions.UsesSerial(line) ? "on-start" : "on-open";
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

    static bool TryReadLatency(string text, out LatencyMode latency)
    {
        latency = text switch
        {
            "typical" => LatencyMode.Typical,
            "slowest" => LatencyMode.Slowest,
            "seeded" => LatencyMode.Seeded,
            _ => LatencyMode.None,
        };
        return text is "none" or "typical" or "slowest" or "seeded";
    }

    static bool TryReadPace(string text, out int? pace)
    {
        pace = text == "line" ? 0 : null;
        if (text is "off" or "line")
            return true;
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var baud) && baud is >= MinPace and <= SerialSpec.MaxBaud;
        pace = baud;
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

    static string DefaultLine(bool isForExec) => (OperatingSystem.IsWindows(), isForExec) switch
    {
        (true, true) => "tcp-listen:127.0.0.1:0",
        (true, false) => "tcp-listen:127.0.0.1:5320",
        (false, true) => "pty:",
        (false, false) => "pty:/tmp/m531x",
    };

    static Option<string> Text(List<Option> settings, string name, string helpName, string description, string value) =>
        Added(settings, new Option<string>(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value });

    static Option<string?> OptionalText(List<Option> settings, string name, string helpName, string description) =>
        Added(settings, new Option<string?>(name) { HelpName = helpName, Description = description });

    static Option<string[]> List(List<Option> settings, string name, string helpName, string description) =>
        Added(settings, new Option<string[]>(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => [] });

    static Option<bool> Switch(List<Option> settings, string name, string description, params string[] aliases) =>
        Added(settings, new Option<bool>(name, aliases) { Description = description });

    static TOption Added<TOption>(List<Option> settings, TOption option) where TOption : Option
    {
        settings.Add(option);
        return option;
    }
}
