using System.Globalization;
using M531x.Dtls;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Module;

/// <content>MIPLCREATE, MIPLCREATEEX, MIPLDELETE, MIPLDEVINFO, MIPLDTLSNAT, MIPLVER (manual §1.1, §1.2, §2.5 to §2.7).</content>
sealed partial class M531xModule
{
    /// <summary>What the execute form connects to: bootstrap at the main platform (manual §1.1).</summary>
    static readonly ServerAccount DefaultAccount = new(new ServerAddress("nbiotbt.heclouds.com", MiplConfig.DefaultPort), IsBootstrap: true);

    readonly ConfigFragments _fragments = new();

    internal AtResult CreateDefault()
    {
        _fragments.Clear();
        return Create("+MIPLCREATE", DefaultAccount, flags: 0);
    }

    /// <summary>AT+MIPLCREATE=totalsize,config,index,currentsize,flag: sizes in bytes, index counts down, flag 0 is the last.</summary>
    internal AtResult CreateFromConfig(AtArguments arguments)
    {
        if (_instance is not null)
            return InstanceExists;
        var digits = Has(Quirk.ConfigSizeInDigits) ? 2 : 1;
        if (arguments.Int(0) % digits != 0 || arguments.Int(3) % digits != 0)
            return CisError.Syntax;
        var outcome = _fragments.Take(
            arguments.Int(0) / digits, Convert.FromHexString(arguments.Text(1)), arguments.Int(2), arguments.Int(3) / digits, arguments.Int(4), out var reason);
        if (outcome == ConfigFragments.Outcome.More)
            return AtResult.Ok;
        var config = _fragments.Bytes;
        _fragments.Clear();
        MiplConfig decoded = null!;
        if (outcome == ConfigFragments.Outcome.Refused || !MiplConfig.TryDecode(config, out decoded, out reason))
        {
            Trace("mipl", "config.refused", reason, ("reason", reason));
            return CisError.Syntax;
        }
        if (!IsPskAllowed(decoded.Psk))
            return CisError.Syntax;
        return Create("+MIPLCREATE", Account(decoded.Host, decoded.Port, decoded.Bootstrap, decoded.AuthCode, decoded.Psk), flags: 0, decoded.LogEnabled);
    }

    /// <summary>Letters and digits alone (manual §2.5).</summary>
    bool IsPskAllowed(string? psk) => psk is null || psk.Length <= Limits.PskCharacters && psk.All(char.IsAsciiLetterOrDigit);

    /// <summary>AT+MIPLCREATEEX=host[:port],flag[,authcode[,psk]].</summary>
    internal AtResult CreateExtended(AtArguments arguments)
    {
        if (!TryParseHost(arguments.Text(0), out var host, out var port) || !IsPskAllowed(arguments.TextOrNull(3)))
            return CisError.Syntax;
        var flags = arguments.Int(1);
        return Create("+MIPLCREATEEX", Account(host, port, (flags & 1) == 1, arguments.TextOrNull(2), arguments.TextOrNull(3)), flags);
    }

    ServerAccount Account(string host, int port, bool bootstrap, string? authCode, string? psk) =>
        new(new ServerAddress(host, port), bootstrap,
            string.IsNullOrEmpty(authCode) ? null : authCode,
            string.IsNullOrEmpty(psk) ? null : new PskCredential(_options.PskIdentity ?? _options.Imei, psk));

    AtResult Create(string name, ServerAccount account, int flags, bool logsTraffic = false)
    {
        if (_instance is not null)
            return InstanceExists;
        var client = new Lwm2mClient(ClientOptions(), _random.Fork($"client {_instancesCreated++}"))
        {
            HiddenObjects = ServedObjects.HiddenObjects(_options.Dialect),
            TellsReceived = Has(Quirk.DebugPrints) && (logsTraffic || flags >> 2 > 0),
        };
        ServedObjects.Register(_options.Dialect, client.Objects);
        _server = new ServerSettings();
        _servedReports = new ServedReports();
        _instance = new MiplInstance
        {
            Account = account,
            Client = client,
            Operations = new OperationQueue(Limits),
            MonitorOff = (flags & 2) != 0,
            DebugLevel = flags >> 2,
            LogsTraffic = logsTraffic,
        };
        Trace("mipl", "created", $"{account.Address}{(account.IsBootstrap ? " bootstrap" : "")}",
            ("server", account.Address.ToString()), ("bootstrap", account.IsBootstrap), ("psk", account.Psk is not null));
        Info($"{name}:0");
        return AtResult.Ok;
    }

    internal AtResult Delete()
    {
        if (Has(Quirk.DeleteDeregisters) && Client.IsRegistered)
        {
            _instance!.ForgetRegistration();
            Client.Leave(_now, "deleted");
            DrainClient();
            Info(EventLine(MiplEvent.Deregistered));
        }
        DropInstance("deleted");
        return AtResult.Ok;
    }

    void DropInstance(string why)
    {
        _fragments.Clear();
        if (_instance is null)
            return;
        // The socket is closed at once and the platform is told nothing (manual §1.2).
        _instance.ForgetRegistration();
        _instance.Client.Abort(why);
        DrainClient();
        _instance = null;
        _effects.Enqueue(new RebindSocket(_radio.Address));
    }

    internal AtResult ReadDeviceInfo()
    {
        if (_instance is null)
            return CisError.Resource;
        var account = _instance.CurrentAccount;
        var flags = (account.IsBootstrap ? 1 : 0) | (_instance.MonitorOff ? 2 : 0) | _instance.DebugLevel << 2;
        var text = string.Create(CultureInfo.InvariantCulture, $"+MIPLDEVINFO:\"{account.Address}\",{flags}");
        var shown = text + (account.AuthCode is null && account.Psk is null ? "" : ",…");
        if (account.AuthCode is not null || account.Psk is not null)
            text += account.AuthCode is null ? "," : $",\"{account.AuthCode}\"";
        if (account.Psk is not null)
            text += $",\"{account.Psk.Key}\"";
        Info(text, shown);
        return AtResult.Ok;
    }

    internal AtResult ReadMiplVersion()
    {
        Info($"+MIPLVER:{_options.Profile.MiplVersion}");
        return AtResult.Ok;
    }

    /// <summary>Takes host, host:port, and either after coap:// or coaps://; drivers in the field send all of these.</summary>
    internal static bool TryParseHost(string text, out string host, out int port)
    {
        foreach (var scheme in (string[])["coap://", "coaps://"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                text = text[scheme.Length..];
        }
        return MiplConfig.TrySplitServer(text, out host, out port) && host.Length <= 255
            && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}
