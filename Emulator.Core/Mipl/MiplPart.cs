using System.Net;
using M531x.Dtls;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Mipl;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m.Client;

[assembly: CommandFamily<MiplPart>(Order = 50)]

namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// The OneNET client of the module: creates and deletes the device instance, and stands between it and the radio
/// (manual §1.1, §1.2, §2.1, §2.5 to §2.8).
/// </summary>
sealed class MiplPart(ModuleContext context) : ModulePart(context), ICommandFamily<MiplPart>, IRadioUser
{
    /// <summary>Datagrams the network keeps for a module in eDRX; the oldest goes first.</summary>
    const int MaxHeldDownlinks = 10;

    /// <summary>What the execute form connects to: bootstrap at the main platform (manual §1.1).</summary>
    static readonly ServerAccount DefaultAccount = new(new ServerAddress("nbiotbt.heclouds.com", MiplConfig.DefaultPort), IsBootstrap: true);

    readonly ConfigFragments _fragments = new();
    readonly MessageIndication _indication = new();
    readonly Counter _created = new();
    readonly Counter _handshakes = new();
    readonly Queue<(IPEndPoint From, byte[] Datagram)> _held = [];
    MiplInstance? _instance;

    public static IEnumerable<AtCommand> Rows => MiplRows.All;

    /// <summary>The instance, of commands whose row requires one.</summary>
    public MiplInstance Instance => _instance!;

    /// <summary>The LwM2M client of the instance; null without an instance.</summary>
    public Lwm2mClient? Client => _instance?.Client;

    /// <summary>Null without an instance.</summary>
    public MiplStatus? Status => _instance is { } live
        ? new MiplStatus(live.Client.State, live.Client.RemainingLifetime(Now), live.Requests.Operations.Count,
            live.Requests.Operations.BufferedBytes, live.Requests.Operations.Dropped, live.Reports.Held.Count, live.FollowUps,
            [.. live.Client.ObservedPaths], live.Client.RenegotiateAfter)
        : null;

    public RadioTurn Turn => RadioTurn.Deliver;

    public override TimeSpan NextDeadline => _instance?.NextDeadline ?? TimeSpan.MaxValue;

    /// <summary>Manual chapter 3 says 653 for what exists already; modules of the Neul family answer 602.</summary>
    CisError InstanceExists => Has(Quirk.CreateExists602) ? CisError.Status : CisError.Resource;

    public static MiplPart Create(ModuleContext context) => new(context);

    public override AtResult? RefuseState(AtCommand row) => row.Requires switch
    {
        >= AtRequirement.Instance when _instance is null => CisError.Resource,
        AtRequirement.Registered when !_instance!.Client.IsRegistered => CisError.Status,
        _ => null,
    };

    public void HandleDatagram(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        switch (Context.Radio.Receive(Now, datagram.Length))
        {
            case RadioDelivery.Received:
                Context.Air.Drain();
                Deliver(from, datagram);
                break;
            case RadioDelivery.Held:
                Hold(from, datagram);
                break;
            case RadioDelivery.Unmapped:
                Context.Air.Drain();
                TraceLost(from, datagram.Length, "the mapping has aged");
                break;
            default:
                TraceLost(from, datagram.Length);
                break;
        }
    }

    public void HandleResolved(string host, IPAddress? address) => _instance?.Client.HandleResolved(Now, host, address);

    public void HandleRadio(RadioEvent radioEvent)
    {
        switch (radioEvent)
        {
            case RadioStateChanged { To: RadioState.Off }:
                ForgetHeld();
                _instance?.CutOff();
                break;
            case RadioStateChanged { To: not (RadioState.Connected or RadioState.Idle) }:
                ForgetHeld();
                break;
            case RrcChanged { Connected: true }:
                while (_held.TryDequeue(out var held))
                    Deliver(held.From, held.Datagram);
                break;
        }
    }

    public override void HandleTimeout() => _instance?.HandleTimeout();

    /// <summary>Handles what the client reports, then sends the module's own reports that are due.</summary>
    public override void Drain()
    {
        DrainClient();
        _instance?.Report();
    }

    /// <summary>Handles what the client reports.</summary>
    public void DrainClient() => _instance?.Drain();

    public override void Reset()
    {
        Drop("reset");
        (_indication.Downlink, _indication.Uplink) = (MessageIndication.Direct, 0);
    }

    /// <summary>Traces a datagram that does not reach the module.</summary>
    /// <param name="from">As the module knows the server.</param>
    /// <param name="bytes">Length of the datagram.</param>
    /// <param name="why">Null when the module has no network.</param>
    public void TraceLost(IPEndPoint from, int bytes, string? why = null) => Trace(
        "radio", "downlink.lost", $"{bytes} bytes from {from}{(why is null ? "" : $": {why}")}",
        ("from", from.ToString()), ("bytes", bytes), ("why", why));

    public AtResult CreateDefault()
    {
        _fragments.Clear();
        return Create("+MIPLCREATE", new MiplInstanceOptions(DefaultAccount, Flags: 0, LogsTraffic: false));
    }

    /// <summary>AT+MIPLCREATE=totalsize,config,index,currentsize,flag: sizes in bytes, index counts down, flag 0 is the last.</summary>
    public AtResult CreateFromConfig(AtArguments arguments)
    {
        if (_instance is not null)
            return InstanceExists;
        var digits = Has(Quirk.ConfigSizeInDigits) ? 2 : 1;
        if (arguments.Int(0) % digits != 0 || arguments.Int(3) % digits != 0)
            return CisError.Syntax;
        var outcome = _fragments.Take(arguments.Int(0) / digits, Convert.FromHexString(arguments.Text(1)), arguments.Int(2),
            arguments.Int(3) / digits, arguments.Int(4), out var reason);
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
        var account = Account(decoded.Host, decoded.Port, decoded.Bootstrap, decoded.AuthCode, decoded.Psk);
        return Create("+MIPLCREATE", new MiplInstanceOptions(account, Flags: 0, decoded.LogEnabled));
    }

    /// <summary>AT+MIPLCREATEEX=host[:port],flag[,authcode[,psk]].</summary>
    public AtResult CreateExtended(AtArguments arguments)
    {
        if (!MiplConfig.TryParseHost(arguments.Text(0), out var host, out var port) || !IsPskAllowed(arguments.TextOrNull(3)))
            return CisError.Syntax;
        var flags = arguments.Int(1);
        var account = Account(host, port, (flags & 1) == 1, arguments.TextOrNull(2), arguments.TextOrNull(3));
        return Create("+MIPLCREATEEX", new MiplInstanceOptions(account, flags, LogsTraffic: false));
    }

    public AtResult Delete()
    {
        if (Has(Quirk.DeleteDeregisters) && Instance.Client.IsRegistered)
            Instance.Leave();
        Drop("deleted");
        return AtResult.Ok;
    }

    public AtResult ReadDeviceInfo()
    {
        if (_instance is null)
            return CisError.Resource;
        var account = _instance.CurrentAccount;
        var options = _instance.Options;
        var flags = (account.IsBootstrap ? 1 : 0) | (options.MonitorOff ? 2 : 0) | options.DebugLevel << 2;
        var text = Text($"+MIPLDEVINFO:\"{account.Address}\",{flags}");
        var shown = text + (account.AuthCode is null && account.Psk is null ? "" : ",…");
        if (account.AuthCode is not null || account.Psk is not null)
            text += account.AuthCode is null ? "," : $",\"{account.AuthCode}\"";
        if (account.Psk is not null)
            text += $",\"{account.Psk.Key}\"";
        Context.Output.Info(text, shown);
        return AtResult.Ok;
    }

    public AtResult ReadVersion() => Show($"+MIPLVER:{Profile.MiplVersion}");

    public AtResult ReadLifetime() => Show(Text($"+MIPLLTRDP:{(long)(Client?.RemainingLifetime(Now) ?? TimeSpan.Zero).TotalSeconds}"));

    /// <summary>OK and then event 6 while registered, else 602 (manual §1.6).</summary>
    public AtResult ReadOpen()
    {
        if (_instance is not { Client.IsRegistered: true })
            return CisError.Status;
        _instance.PrintEvent(MiplEvent.Registered);
        return AtResult.Ok;
    }

    public AtResult SetMessageIndication(AtArguments arguments)
    {
        (_indication.Downlink, _indication.Uplink) = (arguments.Int(1), arguments.Int(2));
        if (_indication.Downlink == MessageIndication.Direct)
            _instance?.Requests.PrintQueued();
        return AtResult.Ok;
    }

    public AtResult ReadMessageIndication() => Show(Text($"+MIPLNMI:0,{_indication.Downlink},{_indication.Uplink}"));

    /// <summary>AT+MIPLMGR answers 602 without an instance as well.</summary>
    public AtResult ShowQueuedOperation() =>
        _instance is { Client.IsRegistered: true } ? _instance.Requests.ShowNext() : CisError.Status;

    AtResult Create(string name, MiplInstanceOptions options)
    {
        if (_instance is not null)
            return InstanceExists;
        var client = new Lwm2mClient(ClientSetup.OptionsOf(Context), Context.Random.Fork($"client {_created.Value}"))
        {
            HiddenObjects = ServedObjects.HiddenObjects(Context.Options.Dialect),
            TellsReceived = Has(Quirk.DebugPrints) && (options.LogsTraffic || options.DebugLevel > 0),
        };
        _created.Next();
        ServedObjects.Register(Context.Options.Dialect, client.Objects);
        _instance = new MiplInstance(Context, options, client, _indication, _handshakes);
        var account = options.Account;
        Trace("mipl", "created", $"{account.Address}{(account.IsBootstrap ? " bootstrap" : "")}",
            ("server", account.Address.ToString()), ("bootstrap", account.IsBootstrap), ("psk", account.Psk is not null));
        return Show($"{name}:0");
    }

    ServerAccount Account(string host, int port, bool bootstrap, string? authCode, string? psk) =>
        new(new ServerAddress(host, port), bootstrap,
            string.IsNullOrEmpty(authCode) ? null : authCode,
            string.IsNullOrEmpty(psk) ? null : new PskCredential(Context.Options.PskIdentity ?? Context.Options.Imei, psk));

    /// <summary>Letters and digits alone (manual §2.5).</summary>
    bool IsPskAllowed(string? psk) => psk is null || psk.Length <= Context.Limits.PskCharacters && psk.All(char.IsAsciiLetterOrDigit);

    void Drop(string why)
    {
        _fragments.Clear();
        if (_instance is null)
            return;
        _instance.Abort(why);
        _instance = null;
        Emit(new RebindSocket(Context.Air.Address));
    }

    void Deliver(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        if (_instance is null)
        {
            TraceLost(from, datagram.Length);
            return;
        }
        Emit(new DatagramTaken(from, datagram.ToArray()));
        _instance.HandleDatagram(from, datagram);
    }

    void Hold(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        if (_held.Count == MaxHeldDownlinks)
        {
            var (oldFrom, old) = _held.Dequeue();
            TraceLost(oldFrom, old.Length);
        }
        _held.Enqueue((from, datagram.ToArray()));
    }

    void ForgetHeld()
    {
        while (_held.TryDequeue(out var held))
            TraceLost(held.From, held.Datagram.Length);
    }
}
