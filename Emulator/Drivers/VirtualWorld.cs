using System.Collections.Frozen;
using System.Net;
using M531x.Emulator.Faults;
using M531x.Emulator.Lines;
using M531x.Emulator.Module;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;
using M531x.Emulator.Tracing;
using M531x.Lwm2m;

namespace M531x.Emulator.Drivers;

/// <summary>What a virtual world is made with.</summary>
sealed record VirtualWorldOptions
{
    public ulong Seed { get; init; } = 1;
    public ModuleOptions Module { get; init; } = new();

    /// <summary>Null takes a platform that knows the module.</summary>
    public OneNetOptions? Platform { get; init; }

    /// <summary>One-way delay between module and platform.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints the power-on lines at the start; else the module starts quietly.</summary>
    public bool PrintsBoot { get; init; }

    /// <summary>Told of everything besides <see cref="VirtualWorld.Events"/>.</summary>
    public IReadOnlyList<ITraceTap> Taps { get; init; } = [];

    public const string DefaultApiKey = "local-onenet-master-key";
}

/// <summary>A far end that is neither the module nor the local OneNET: a server played by a test.</summary>
interface IVirtualPeer
{
    void Receive(TimeSpan now, IPEndPoint from, ReadOnlyMemory<byte> datagram);
}

/// <summary>
/// One module, the local OneNET and the network between them under a clock that jumps from deadline to deadline:
/// no thread, no socket, and the same seed gives the same bytes. Ties are broken by the order of sending.
/// </summary>
sealed partial class VirtualWorld : ILineSink, ITraceTap
{
    /// <summary>Steps without progress of the clock after which something loops for ever.</summary>
    const int MaxStepsAtOneTime = 100_000;

    readonly PriorityQueue<Action, (TimeSpan At, long Sequence)> _network = new();
    readonly Dictionary<IPEndPoint, IVirtualPeer> _peers = [];
    readonly Dictionary<long, ApiAnswer> _answers = [];
    readonly TimeSpan _latency;
    readonly List<string> _trace = [];
    readonly List<TraceEvent> _events = [];
    readonly ModuleAddresses _addresses = new();
    readonly ModuleTap _tap;
    long _sequence;

    public VirtualWorld(VirtualWorldOptions options)
    {
        var random = new SeededRandom(options.Seed);
        _latency = options.Latency;
        _layers = new FaultLayers(random);
        Header = TraceHeader.Of(options.Module, options.Seed);
        _tap = new ModuleTap(0, _addresses, [this, .. options.Taps]);
        Module = new M531xModule(options.Module with { Faults = Faults }, random.Fork("module 0"), random.Fork("module 0/dtls").Fill);
        Platform = new OneNet((options.Platform ?? DefaultPlatform(options.Module)) with { Faults = Faults }, random.Fork("platform"), random.Fork("platform/dtls").Fill);
        Line.Start(this);
        Module.PowerOn(Now, options.PrintsBoot);
        if (options.PrintsBoot)
            Module.PrintBoot(Now, ResetCause.Power);
        Drain();
    }

    public static IPEndPoint BootstrapServer { get; } = IPEndPoint.Parse("183.230.40.39:5683");
    public static IPEndPoint Lwm2mServer { get; } = IPEndPoint.Parse("183.230.40.40:5683");
    public static IPEndPoint SecureBootstrapServer { get; } = IPEndPoint.Parse("183.230.40.39:5684");
    public static IPEndPoint SecureLwm2mServer { get; } = IPEndPoint.Parse("183.230.40.40:5684");

    static readonly FrozenDictionary<OneNetPort, IPEndPoint> PlatformAddresses = new Dictionary<OneNetPort, IPEndPoint>
    {
        [OneNetPort.Bootstrap] = BootstrapServer,
        [OneNetPort.Lwm2m] = Lwm2mServer,
        [OneNetPort.BootstrapDtls] = SecureBootstrapServer,
        [OneNetPort.Lwm2mDtls] = SecureLwm2mServer,
    }.ToFrozenDictionary();

    public TimeSpan Now { get; private set; }
    public M531xModule Module { get; }

    /// <summary>What goes wrong.</summary>
    public FaultSet Faults => _layers.Set;

    /// <summary>Faults that acted so far.</summary>
    public List<FaultFired> FaultsFired { get; } = [];
    public OneNet Platform { get; }
    public MemoryLine Line { get; } = new();

    /// <summary>Where the module's datagrams come from at present.</summary>
    public IPEndPoint ModuleAddress => _addresses.Own;

    /// <summary>Events of the platform so far.</summary>
    public List<OneNetEvent> PlatformEvents { get; } = [];

    /// <summary>Datagrams in both directions with the time they left, as a tap sees them.</summary>
    public List<(TimeSpan At, bool Up, IPEndPoint Server, ReadOnlyMemory<byte> Bytes)> Datagrams { get; } = [];

    /// <summary>Secrets of the module's handshakes, when it gives them out.</summary>
    public List<SecretsOutput> Secrets { get; } = [];

    /// <summary>Decides about each datagram that leaves: false loses it.</summary>
    public Func<bool, ReadOnlyMemory<byte>, bool> Passes { get; set; } = (_, _) => true;

    /// <summary>What the module last wanted kept; null while nothing changed.</summary>
    public string? SavedSettings { get; private set; }

    /// <summary>Speeds of the UART so far, in bit/s.</summary>
    public List<int> LineSpeeds { get; } = [];

    public IReadOnlyList<string> Trace => _trace;

    public TraceHeader Header { get; }

    /// <summary>Everything that happened so far, in order.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>The same for the same seed and the same inputs.</summary>
    public string TraceDigest() => Tracing.TraceDigest.Of(Header, _events);

    public static OneNetOptions DefaultPlatform(ModuleOptions module) => new()
    {
        Epoch = module.Epoch,
        ApiKey = VirtualWorldOptions.DefaultApiKey,
        Devices = [new KnownDevice(module.Imei, module.Imsi)],
    };

    public void AddPeer(IPEndPoint address, IVirtualPeer peer) => _peers[address] = peer;

    /// <summary>Starts a call of OneNET's HTTP API; the answer is there once <see cref="Answer"/> is not null.</summary>
    public long Call(ApiRequest request)
    {
        var call = Platform.Call(Now, request);
        Drain();
        return call;
    }

    public ApiAnswer? Answer(long call) => _answers.GetValueOrDefault(call);

    /// <summary>Puts a datagram of a peer on its way to the module's present address.</summary>
    public void SendToModule(IPEndPoint from, ReadOnlyMemory<byte> datagram) => Deliver(ModuleAddress, from, datagram);

    public void Reset(ResetCause cause)
    {
        Module.Reset(Now, cause);
        Drain();
    }

    public void AgeMapping()
    {
        Module.AgeMapping(Now);
        Drain();
    }

    /// <summary>The network tells the module that nobody listens there.</summary>
    public void ReportUnreachable(IPEndPoint to)
    {
        Module.HandleUnreachable(Now, to);
        Drain();
    }

    public void Advance(TimeSpan by) => RunUntil(() => false, by);

    /// <summary>Runs until the condition holds or the time is over; says whether it held.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        var limit = Now + within;
        var steps = 0;
        while (!condition())
        {
            var next = NextTime();
            if (next > limit)
            {
                Now = limit;
                return condition();
            }
            steps = next > Now ? 0 : steps + 1;
            if (steps > MaxStepsAtOneTime)
                throw new InvalidOperationException($"No progress of time at {Now}");
            Now = next > Now ? next : Now;
            Step();
        }
        return true;
    }

    TimeSpan NextTime()
    {
        var next = Module.NextDeadline < Platform.NextDeadline ? Module.NextDeadline : Platform.NextDeadline;
        next = Faults.NextDeadline < next ? Faults.NextDeadline : next;
        return _network.TryPeek(out _, out var first) && first.At < next ? first.At : next;
    }

    void Step()
    {
        if (Faults.NextDeadline <= Now)
            ApplyDueFaults();
        else if (_network.TryPeek(out _, out var first) && first.At <= Now)
            _network.Dequeue()();
        else if (Platform.NextDeadline <= Now)
            Platform.HandleTimeout(Now);
        else
            Module.HandleTimeout(Now);
        Drain();
    }

    void Drain()
    {
        while (Module.TryTake(out var effect))
            Execute(effect);
        while (Platform.TryTakeDatagram(out var datagram))
            Send(datagram);
        while (Platform.TryTakeAnswer(out var answer))
            _answers[answer.Call] = answer;
        while (Platform.TryTakeEvent(out var platformEvent))
        {
            _tap.Take(Now, platformEvent);
            PlatformEvents.Add(platformEvent);
        }
        while (Faults.TryTakeFired(out var fired))
        {
            if (!fired.IsEnd)
                FaultsFired.Add(fired);
            AddTrace("fault", fired.Type, $"{fired.Name}{(fired.IsEnd ? " is over" : "")}: {M531xModule.Redact(fired.Subject)}");
            _tap.Take(Now, fired);
        }
    }

    void Execute(ModuleEffect effect)
    {
        _addresses.Take(effect);
        _tap.Take(Now, effect);
        switch (effect)
        {
            case SerialOutput serial:
                WriteSerial(serial);
                break;
            case DatagramOutput datagram:
                SendUp(datagram, ModuleAddress);
                break;
            case SocketEffect socket:
                ExecuteSocket(socket);
                break;
            case ResolveName resolve:
                Resolve(resolve.Host);
                break;
            case KeyInUse key:
                Platform.AdoptKey(Module.Options.Imei, key.ForBootstrap, key.Credential);
                break;
            case SecretsOutput secrets:
                Secrets.Add(secrets);
                break;
            case LineSpeedChanged change:
                LineSpeeds.Add(change.Speed);
                Line.SetSpeed(change.Speed);
                break;
            case SettingsChanged settings:
                SavedSettings = settings.Json;
                break;
            case TraceOutput trace:
                AddTrace(trace.Layer, trace.Name, trace.Detail);
                break;
        }
    }

    void SendUp(DatagramOutput datagram, IPEndPoint from)
    {
        Datagrams.Add((Now, true, datagram.To, datagram.Bytes));
        if (!Passes(true, datagram.Bytes))
            return;
        _layers.Pass(Now, Module, up: true, datagram.To, datagram.Bytes, (delay, bytes) => Schedule(() =>
        {
            if (_peers.TryGetValue(datagram.To, out var peer))
                peer.Receive(Now, from, bytes);
            foreach (var (port, address) in PlatformAddresses)
            {
                if (datagram.To.Equals(address) && !_peers.ContainsKey(datagram.To))
                    Platform.HandleDatagram(Now, port, from, bytes.Span);
            }
        }, delay));
    }

    void Send(OneNetDatagram datagram) =>
        Deliver(datagram.To, PlatformAddresses[datagram.Port], datagram.Bytes);

    void Deliver(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Datagrams.Add((Now, false, from, datagram));
        if (!Passes(false, datagram))
            return;
        _layers.Pass(Now, Module, up: false, from, datagram, (delay, bytes) => Schedule(() =>
        {
            if (to.Equals(ModuleAddress))
                Module.HandleDatagram(Now, from, bytes.Span);
            else
                DeliverToSocket(to, from, bytes);
        }, delay));
    }

    void AddTrace(string layer, string name, string detail) => _trace.Add($"{Now.TotalSeconds:0.000} {layer} {name} {detail}");

    void Schedule(Action delivery) => Schedule(delivery, TimeSpan.Zero);

    void Schedule(Action delivery, TimeSpan delay) => _network.Enqueue(delivery, (Now + _latency + delay, _sequence++));

    void ILineSink.Received(ReadOnlySpan<byte> bytes)
    {
        ApplyDueFaults();
        _tap.TakeSerial(Now, bytes);
        Module.HandleSerial(Now, _layers.Line.Take(Now, bytes.ToArray()).Span);
        Drain();
    }

    void ITraceTap.Take(TraceEvent traceEvent) => _events.Add(traceEvent);

    void ILineSink.ClientOpened() { }

    void ILineSink.ClientClosed() { }
}
