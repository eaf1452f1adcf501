using System.Net;
using M531x.Dtls;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.Sockets;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Module;

/// <summary>
/// One emulated module without I/O: UART bytes, datagrams, resolved names and time go in; <see cref="ModuleEffect"/>s come out.
/// After every call drain <see cref="TryTake"/>.
/// </summary>
sealed partial class M531xModule
{
    enum Timer
    {
        BootDone,

        /// <summary>The module hears the UART that has woken it.</summary>
        Woken,

        /// <summary>The UART has been silent long enough to sleep again.</summary>
        Silence,

        /// <summary>The delay of the command under way is over.</summary>
        Answer,

        /// <summary>A line that was begun has waited long enough for its CR.</summary>
        Typing,
    }

    readonly ModuleOptions _options;
    readonly QuirkSet _quirks;
    readonly SeededRandom _random;
    readonly RandomFill _secureRandom;
    readonly Queue<ModuleEffect> _effects = [];
    readonly AtLineReader _reader = new();
    readonly OutputScheduler _uart;
    readonly TimerTable<Timer> _timers = new();
    readonly RadioModel _radio;

    MiplInstance? _instance;
    TimeSpan _now;
    ResetCause _resetCause;
    bool _quietStart;
    int _instancesCreated;
    int _nnmi;
    int _nsmi;
    int _cmeeMode;
    bool _rebootRequested;

    /// <param name="options">Settings.</param>
    /// <param name="random">Seed of all that is not secret.</param>
    /// <param name="secureRandom">Randomness of DTLS.</param>
    public M531xModule(ModuleOptions options, SeededRandom random, RandomFill secureRandom)
    {
        _secureRandom = secureRandom;
        _options = options;
        _quirks = options.Profile.Quirks.With(options.Quirks);
        _random = random;
        var radio = new RadioOptions { AttachDelay = options.AttachDelay, RrcInactivity = options.RrcInactivity, IpAgeing = options.IpAgeing };
        _radio = new RadioModel(radio, random.Fork("radio"), options.Faults);
        _settings = options.SavedSettings is { } saved ? ModuleSettings.FromJson(options.Profile, saved) : new ModuleSettings(options.Profile);
        _savedSettings = _settings.ToJson();
        _latency = new ModuleLatency(options.Latency, random.Fork("latency"));
        _uart = new OutputScheduler(options.Pace, options.Profile.Baud) { Echo = options.Profile.EchoByDefault };
        _sockets = new SocketTable(options.Profile.Sockets == SocketDialect.Neul ? NeulSocketCount : IpSocketCount);
        ResetSpeed();
    }

    public ModuleOptions Options => _options;
    public RadioModel Radio => _radio;

    /// <summary>The device instance, for taps and tests; null before CREATE.</summary>
    public MiplInstance? Instance => _instance;

    ModuleLimits Limits => _options.Profile.Limits;

    public bool IsBooting => _timers.IsRunning(Timer.BootDone);

    public TimeSpan NextDeadline
    {
        get
        {
            if (_hangs)
                return TimeSpan.MaxValue;
            var next = Earlier(Earlier(Earlier(_timers.Next, _radio.NextDeadline), NextSocketDeadline), _uart.NextRelease);
            next = Earlier(next, Earlier(NextLateUrc, _uart.NextUnplaced));
            if (_instance is null)
                return next;
            next = Earlier(Earlier(next, _instance.Client.NextDeadline), _instance.Operations.NextExpiry);
            next = Earlier(next, _servedReports.NextDeadline);
            next = Earlier(next, _instance.UpdateReminder.NextDeadline);
            return next;
        }
    }

    public bool TryTake(out ModuleEffect effect) => _effects.TryDequeue(out effect!);

    /// <summary>Starts the module, ready for commands at once; its boot lines come with <see cref="PrintBoot"/>.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="quiet">Prints nothing before <see cref="PrintBoot"/>, not even the address line.</param>
    public void PowerOn(TimeSpan now, bool quiet = false)
    {
        _now = now;
        _quietStart = quiet;
        ReportSpeed();
        (_radio.Bands, _radio.Lock) = (_settings.Bands, _settings.Lock);
        ApplyPowerSaving();
        if (_settings.AutoConnect)
            _radio.TurnOn(now);
        Drain();
    }

    /// <summary>Prints the boot lines, as an MCU sees them that opens the line of a module which has just been powered, with the address it has by then.</summary>
    public void PrintBoot(TimeSpan now, ResetCause cause)
    {
        _now = now;
        _uart.Raw(_options.Profile.Boot.ReadyText(cause));
        if (_radio.Address is { } address)
            PrintAddress(address);
        _quietStart = false;
        Drain();
    }

    /// <summary>Drops a command line, or data for a socket, that has not been ended: its sender is gone.</summary>
    public void ForgetTypedLine()
    {
        if (IsAnswering)
            ForgetTypedRest();
        ForgetLine();
        ForgetPrompt();
    }

    public void HandleSerial(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        _now = now;
        foreach (var value in bytes)
        {
            if (IsBooting || _hangs)
                break; // the UART is not served
            if (!Hears())
                continue;
            if (_prompt is null)
                _uart.EchoByte(value);
            TakeTyped(value);
        }
        Drain();
    }

    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        _now = now;
        if (_hangs)
        {
            TraceLostDownlink(from, datagram, ": the module hangs");
            return;
        }
        switch (_radio.Receive(now, datagram.Length))
        {
            case RadioDelivery.Received:
                DrainRadio();
                DeliverDownlink(from, datagram);
                break;
            case RadioDelivery.Held:
                HoldDownlink(from, datagram);
                break;
            case RadioDelivery.Unmapped:
                DrainRadio();
                TraceLostDownlink(from, datagram, ": the mapping has aged");
                break;
            default:
                TraceLostDownlink(from, datagram);
                break;
        }
        Drain();
    }

    public void HandleResolved(TimeSpan now, string host, IPAddress? address)
    {
        _now = now;
        _instance?.Client.HandleResolved(now, host, address);
        TakeName(host, address);
        Drain();
    }

    public void HandleTimeout(TimeSpan now)
    {
        _now = now;
        if (_hangs)
            return;
        while (_timers.TryTakeDue(now, out var timer))
            HandleTimer(timer);
        PrintLateUrcs();
        _radio.HandleTimeout(now);
        DrainRadio();
        HandleSocketTimeouts();
        if (_instance is not null)
        {
            _instance.Client.HandleTimeout(now);
            RemindOfUpdate();
            foreach (var expired in _instance.Operations.TakeExpired(now))
                _instance.Client.DropRequest(expired.Exchange);
        }
        Drain();
    }

    void HandleTimer(Timer timer)
    {
        switch (timer)
        {
            case Timer.BootDone:
                FinishBoot();
                break;
            case Timer.Woken:
                WakeUp("UART");
                break;
            case Timer.Silence:
                EndSilence();
                break;
            case Timer.Answer:
                AnswerCommand();
                break;
            case Timer.Typing:
                GiveUpLine();
                break;
        }
    }

    /// <summary>Restarts the module: all state that is not persistent is gone, then the boot lines follow.</summary>
    /// <param name="now">Core time.</param>
    public void Reset(TimeSpan now, ResetCause cause)
    {
        _now = now;
        DropInstance("reset");
        ForgetSockets();
        ForgetLine();
        ForgetCommands();
        _hangs = false;
        _lateUrcs.Clear();
        _uart.Reset();
        _uart.Echo = _options.Profile.EchoByDefault;
        _nnmi = _nsmi = _cmeeMode = 0;
        _reports = new NetworkReports();
        _settings.Restart();
        ResetSpeed();
        StopSleeping();
        _radio.Restart(now);
        _operatorMode = AutomaticOperator;
        _resetCause = cause;
        _timers.Set(Timer.BootDone, now + TimeSpan.FromSeconds(_options.Profile.Boot.Seconds));
        Trace("module", "reset", cause.ToString(), ("cause", cause.ToString()));
        Drain();
    }

    void FinishBoot()
    {
        PrintBoot(_now, _resetCause);
        if (_settings.AutoConnect)
            _radio.TurnOn(_now);
        Trace("module", "booted", _resetCause.ToString(), ("cause", _resetCause.ToString()));
    }

    /// <summary>Turns what the parts below have to say into effects, in the order it arose.</summary>
    void Drain()
    {
        DrainRadio();
        DrainClient();
        ReportServed();
        ReportSpeed();
        while (_uart.TryTake(_now, out var output))
        {
            _effects.Enqueue(output.Speed is { } speed ? new LineSpeedChanged(speed) : new SerialOutput(output.Bytes, output.IsEcho, output.Gap));
            if (output.Shown is { } line)
                Trace("at", "line", "", ("text", line));
        }
        ReportLostOutput();
    }

    void Trace(string layer, string name, string detail, params TraceField[] fields) =>
        _effects.Enqueue(new TraceOutput(layer, name, detail) { Fields = fields });

    void Trace(string layer, string name, string detail, bool isProblem, params IReadOnlyList<TraceField> fields) =>
        _effects.Enqueue(new TraceOutput(layer, name, detail) { IsProblem = isProblem, Fields = fields });

    static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
