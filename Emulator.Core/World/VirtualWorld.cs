using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Tracing;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.World;

/// <summary>What a virtual world is made with.</summary>
sealed record VirtualWorldOptions
{
    public ulong Seed { get; init; } = 1;
    public ModuleOptions Module { get; init; } = new();

    /// <summary>Further modules in the same network, each with an IMEI of its own.</summary>
    public IReadOnlyList<ModuleOptions> More { get; init; } = [];

    /// <summary>Null takes a platform that knows the modules.</summary>
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
/// Modules, the local OneNET and the network between them under a clock that jumps from deadline to deadline: no thread, no socket,
/// and the same seed gives the same bytes. Ties are broken by the order of sending, then by the order of the modules. What is
/// said of "the module" is the first one.
/// </summary>
sealed partial class VirtualWorld : ITraceTap
{
    /// <summary>Of an answer to a ping.</summary>
    public const int PingTimeToLive = 54;


    /// <summary>Steps without progress of the clock after which something loops for ever.</summary>
    const int MaxStepsAtOneTime = 100_000;

    readonly PriorityQueue<Action, (TimeSpan At, long Sequence)> _network = new();
    readonly Dictionary<IPEndPoint, IVirtualPeer> _peers = [];
    readonly Dictionary<IPEndPoint, IVirtualStreamServer> _streamServers = [];
    readonly Dictionary<long, ApiAnswer> _answers = [];
    readonly List<string> _trace = [];
    readonly List<TraceEvent> _events = [];
    readonly ModuleTap _platformTap;
    long _sequence;

    public VirtualWorld(VirtualWorldOptions options)
    {
        var random = new SeededRandom(options.Seed);
        ModuleOptions[] modules = [options.Module, .. options.More];
        if (modules.Select(m => m.Imei).Distinct().Count() < modules.Length)
            throw new ArgumentException("Two modules have the same IMEI.", nameof(options));
        IReadOnlyList<ITraceTap> taps = [this, .. options.Taps];
        Latency = options.Latency;
        Faults = new FaultSet(random.Fork("faults"));
        Header = TraceHeader.Of(options.Module, options.Seed);
        Modules = [.. modules.Select((module, i) => new VirtualModule(this, i, module, random, new ModuleAddresses(i, modules.Length),
            modules.Length == 1 ? Faults : new FaultSet(random.Fork($"faults {i}"), Faults), taps))];
        _platformTap = First.Tap;
        Platform = new OneNet((options.Platform ?? DefaultPlatform(modules)) with { Faults = Faults }, random.Fork("platform"), random.Fork("platform/dtls").Fill);
        foreach (var module in Modules)
            module.PowerOn(options.PrintsBoot);
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
    /// <summary>One-way delay between a module and a server.</summary>
    public TimeSpan Latency { get; }

    public IReadOnlyList<VirtualModule> Modules { get; }
    public OneNet Platform { get; }

    VirtualModule First => Modules[0];
    public M531xModule Module => First.Module;
    public SerialPort Line => First.Line;
    public IPEndPoint ModuleAddress => First.Address;
    public List<SecretsOutput> Secrets => First.Secrets;
    public string? SavedSettings => First.SavedSettings;
    public List<int> LineSpeeds => First.LineSpeeds;

    /// <summary>What goes wrong for every module, and on the platform.</summary>
    public FaultSet Faults { get; }

    /// <summary>Faults that acted so far, in order.</summary>
    public List<FaultFired> FaultsFired { get; } = [];

    /// <summary>Those among them that belong to no module.</summary>
    public List<FaultFired> PlatformFaultsFired { get; } = [];

    /// <summary>Names beside those of the platform.</summary>
    public Dictionary<string, IPAddress> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hosts that answer pings.</summary>
    public HashSet<IPAddress> PingedHosts { get; } = [];

    /// <summary>Hosts that do not answer a connection attempt; all others without a server refuse it.</summary>
    public HashSet<IPAddress> SilentHosts { get; } = [];

    /// <summary>Events of the platform so far.</summary>
    public List<OneNetEvent> PlatformEvents { get; } = [];

    /// <summary>Datagrams in both directions with the time they left, as a tap sees them.</summary>
    public List<(TimeSpan At, bool Up, IPEndPoint Server, ReadOnlyMemory<byte> Bytes)> Datagrams { get; } = [];

    /// <summary>Decides about each datagram that leaves: false loses it.</summary>
    public Func<bool, ReadOnlyMemory<byte>, bool> Passes { get; set; } = (_, _) => true;

    public IReadOnlyList<string> Trace => _trace;

    public TraceHeader Header { get; }

    /// <summary>Everything that happened so far, in order.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>The same for the same seed and the same inputs.</summary>
    public string TraceDigest() => Tracing.TraceDigest.Of(Header, _events);

    public static OneNetOptions DefaultPlatform(params IReadOnlyList<ModuleOptions> modules) => new()
    {
        Epoch = modules[0].Epoch,
        ApiKey = VirtualWorldOptions.DefaultApiKey,
        Devices = [.. modules.Select(m => new KnownDevice(m.Imei, m.Imsi))],
    };

    public void AddStreamServer(IPEndPoint address, IVirtualStreamServer server) => _streamServers[address] = server;

    public IVirtualStreamServer? StreamServer(IPEndPoint address) => _streamServers.GetValueOrDefault(address);

    public void AddPeer(IPEndPoint address, IVirtualPeer peer) => _peers[address] = peer;

    /// <summary>Starts a call of OneNET's HTTP API; the answer is there once <see cref="Answer"/> is not null.</summary>
    public long Call(ApiRequest request)
    {
        var call = Platform.Call(Now, request);
        Drain();
        return call;
    }

    /// <summary>The same with the local OneNET's key, from what an HTTP request line has.</summary>
    /// <param name="method">Such as GET.</param>
    /// <param name="target">Path and query, the latter percent-encoded.</param>
    /// <param name="body">JSON, or nothing.</param>
    public long Call(string method, string target, string body)
    {
        var parts = target.Split('?', 2);
        var query = parts.Length < 2 ? [] : parts[1].Split('&').Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0], p => Uri.UnescapeDataString(p.Length > 1 ? p[1] : ""));
        var headers = new Dictionary<string, string> { ["api-key"] = VirtualWorldOptions.DefaultApiKey };
        return Call(new ApiRequest(method, parts[0], query, headers, Encoding.UTF8.GetBytes(body)));
    }

    public ApiAnswer? Answer(long call) => _answers.GetValueOrDefault(call);

    /// <summary>The answer, once: it is not kept.</summary>
    public bool TryTakeAnswer(long call, [NotNullWhen(true)] out ApiAnswer? answer) => _answers.Remove(call, out answer);

    /// <summary>Drops what is kept for whoever looks back: trace, events, datagrams, secrets.</summary>
    public void ForgetHistory()
    {
        _trace.Clear();
        _events.Clear();
        Datagrams.Clear();
        PlatformEvents.Clear();
        FaultsFired.Clear();
        PlatformFaultsFired.Clear();
        foreach (var module in Modules)
        {
            module.FaultsFired.Clear();
            module.Secrets.Clear();
            module.LineSpeeds.Clear();
        }
    }

    /// <summary>Puts a datagram of a peer on its way to the module's present address.</summary>
    public void SendToModule(IPEndPoint from, ReadOnlyMemory<byte> datagram) => Deliver(ModuleAddress, from, datagram);

    /// <summary>Puts a datagram of a peer on its way to where one of the module's sockets was seen.</summary>
    public void SendToSocket(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> datagram) => Deliver(to, from, datagram);

    public void Reset(ResetCause cause) => First.Reset(cause);

    public void AgeMapping() => First.AgeMapping();

    public void SetCoverage(bool covered) => First.SetCoverage(covered);

    public void SetAttached(bool attached) => First.SetAttached(attached);

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

    /// <summary>When something happens next; MaxValue for nothing.</summary>
    public TimeSpan NextTime()
    {
        var next = Earlier(Platform.NextDeadline, Faults.NextDeadline);
        foreach (var module in Modules)
            next = Earlier(next, Earlier(module.Module.NextDeadline, module.Faults.NextDeadline));
        return _network.TryPeek(out _, out var first) ? Earlier(next, first.At) : next;

        static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    void Step()
    {
        if (Faults.NextDeadline <= Now || Modules.Any(m => m.Faults.NextDeadline <= Now))
            ApplyDueFaults();
        else if (_network.TryPeek(out _, out var first) && first.At <= Now)
            _network.Dequeue()();
        else if (Platform.NextDeadline <= Now)
            Platform.HandleTimeout(Now);
        else if (Modules.FirstOrDefault(m => m.Module.NextDeadline <= Now) is { } due)
            due.Module.HandleTimeout(Now);
        Drain();
    }

    /// <summary>Does what modules and platform want done.</summary>
    public void Drain()
    {
        foreach (var module in Modules)
            module.Drain();
        while (Platform.TryTakeDatagram(out var datagram))
            Deliver(datagram.To, PlatformAddresses[datagram.Port], datagram.Bytes);
        while (Platform.TryTakeAnswer(out var answer))
            _answers[answer.Call] = answer;
        while (Platform.TryTakeEvent(out var platformEvent))
        {
            _platformTap.Take(Now, platformEvent);
            PlatformEvents.Add(platformEvent);
        }
        while (Faults.TryTakeFired(out var fired))
        {
            if (!fired.IsEnd)
                PlatformFaultsFired.Add(fired);
            Tell(_platformTap, fired);
        }
    }

    /// <summary>A fault has acted or is over.</summary>
    public void Tell(ModuleTap tap, FaultFired fired)
    {
        if (!fired.IsEnd)
            FaultsFired.Add(fired);
        AddTrace("fault", fired.Type, $"{fired.Name}{(fired.IsEnd ? " is over" : "")}: {CommandLine.Redact(fired.Subject)}");
        tap.Take(Now, fired);
    }

    /// <summary>A datagram leaves a module; false loses it.</summary>
    public bool PassesUp(DatagramOutput datagram)
    {
        Datagrams.Add((Now, true, datagram.To, datagram.Bytes));
        return Passes(true, datagram.Bytes);
    }

    /// <summary>A datagram has come to where it was sent.</summary>
    public void ArriveUp(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (_peers.TryGetValue(to, out var peer))
        {
            peer.Receive(Now, from, bytes);
            return;
        }
        foreach (var (port, address) in PlatformAddresses)
        {
            if (to.Equals(address))
                Platform.HandleDatagram(Now, port, from, bytes.Span);
        }
    }

    /// <summary>To the module that has the address or had it.</summary>
    void Deliver(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Datagrams.Add((Now, false, from, datagram));
        if (Passes(false, datagram))
            (Modules.FirstOrDefault(m => m.Owns(to)) ?? First).Deliver(to, from, datagram);
    }

    public void AddTrace(string layer, string name, string detail) => _trace.Add($"{Now.TotalSeconds:0.000} {layer} {name} {detail}");

    /// <summary>Lets something happen after the way through the network.</summary>
    public void Schedule(Action delivery) => Schedule(delivery, TimeSpan.Zero);

    public void Schedule(Action delivery, TimeSpan delay) => ScheduleAt(delivery, Now + Latency + delay);

    public void ScheduleAt(Action action, TimeSpan at) => _network.Enqueue(action, (at, _sequence++));

    void ITraceTap.Take(TraceEvent traceEvent) => _events.Add(traceEvent);
}
