using System.Net;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Tracing;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.World;

/// <summary>One module of a virtual world, with its serial line, its faults and its place in the network.</summary>
sealed partial class VirtualModule
{
    readonly VirtualWorld _world;
    readonly ModuleAddresses _addresses;
    readonly ModuleTap _tap;
    readonly FaultLayers _layers;

    /// <param name="world">Has the clock, the network and the platform.</param>
    /// <param name="index">Of the module in the world.</param>
    /// <param name="options">Of the module.</param>
    /// <param name="random">Of the world; this module takes forks of its own.</param>
    /// <param name="addresses">Of its datagrams.</param>
    /// <param name="faults">What goes wrong here.</param>
    /// <param name="taps">Told of everything.</param>
    public VirtualModule(VirtualWorld world, int index, ModuleOptions options, SeededRandom random, ModuleAddresses addresses, FaultSet faults, IReadOnlyList<ITraceTap> taps)
    {
        _world = world;
        Index = index;
        _addresses = addresses;
        _tap = new ModuleTap(index, addresses, taps);
        _layers = new FaultLayers(faults);
        Module = new M531xModule(options with { Faults = faults }, random.Fork($"module {index}"), random.Fork($"module {index}/dtls").Fill);
        Line = new SerialPort(Receive);
    }

    public int Index { get; }
    public M531xModule Module { get; }
    public SerialPort Line { get; }
    public FaultSet Faults => _layers.Set;
    public ModuleTap Tap => _tap;
    public string Imei => Module.Options.Imei;

    /// <summary>Where the module's datagrams come from at present.</summary>
    public IPEndPoint Address => _addresses.Own;

    /// <summary>Whether datagrams of this module have come from there.</summary>
    public bool Owns(IPEndPoint address) => _addresses.IsOwn(address.Port);

    /// <summary>Faults that acted here so far.</summary>
    public List<FaultFired> FaultsFired { get; } = [];

    /// <summary>Secrets of the module's handshakes, when it gives them out.</summary>
    public List<SecretsOutput> Secrets { get; } = [];

    /// <summary>What the module last wanted kept; null while nothing changed.</summary>
    public string? SavedSettings { get; private set; }

    /// <summary>Speeds of the UART so far, in bit/s.</summary>
    public List<int> LineSpeeds { get; } = [];

    public void Reset(ResetCause cause)
    {
        Module.Reset(_world.Now, cause);
        _world.Drain();
    }

    public void AgeMapping()
    {
        Module.AgeMapping(_world.Now);
        _world.Drain();
    }

    public void SetCoverage(bool covered)
    {
        Module.SetCoverage(_world.Now, covered);
        _world.Drain();
    }

    public void SetAttached(bool attached)
    {
        Module.SetAttached(_world.Now, attached);
        _world.Drain();
    }

    /// <summary>Switches it on; what it does first waits for <see cref="Drain"/>.</summary>
    public void PowerOn(bool printsBoot)
    {
        Module.PowerOn(_world.Now, printsBoot);
        if (printsBoot)
            Module.PrintBoot(_world.Now, ResetCause.Power);
    }

    /// <summary>Does what the module wants done.</summary>
    public void Drain()
    {
        while (Module.TryTake(out var effect))
            Execute(effect);
        while (Faults.TryTakeFired(out var fired))
        {
            if (!fired.IsEnd)
                FaultsFired.Add(fired);
            _world.Tell(_tap, fired);
        }
    }

    /// <summary>Puts a datagram for the module on its way.</summary>
    public void Deliver(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        _layers.Pass(_world.Now, Module, up: false, from, datagram, (delay, bytes) => _world.Schedule(() => Arrive(to, from, bytes), delay));
    }

    void Arrive(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (to.Equals(Address))
        {
            Module.HandleDatagram(_world.Now, from, bytes.Span);
            return;
        }
        if (TryDeliverToSocket(to, from, bytes))
            return;
        _world.AddTrace("path", "downlink.lost", $"{bytes.Length} bytes from {from} to {to}: old mapping");
        _tap.Tell(_world.Now, "path", "downlink.lost", ("from", from.ToString()), ("to", to.ToString()), ("bytes", bytes.Length), ("why", "old mapping"));
    }

    void Execute(ModuleEffect effect)
    {
        _addresses.Take(effect);
        _tap.Take(_world.Now, effect);
        switch (effect)
        {
            case SerialOutput serial:
                WriteSerial(serial);
                break;
            case DatagramOutput datagram:
                SendUp(datagram, Address);
                break;
            case SocketEffect socket:
                ExecuteSocket(socket);
                break;
            case ResolveName resolve:
                Resolve(resolve.Host);
                break;
            case KeyInUse key:
                _world.Platform.AdoptKey(Imei, key.ForBootstrap, key.Credential);
                break;
            case SecretsOutput secrets:
                Secrets.Add(secrets);
                break;
            case LineSpeedChanged change:
                LineSpeeds.Add(change.Speed);
                break;
            case SettingsChanged settings:
                SavedSettings = settings.Json;
                break;
            case TraceOutput trace:
                _world.AddTrace(trace.Layer, trace.Name, trace.Detail);
                break;
        }
    }

    void SendUp(DatagramOutput datagram, IPEndPoint from)
    {
        if (!_world.PassesUp(datagram))
            return;
        _layers.Pass(_world.Now, Module, up: true, datagram.To, datagram.Bytes, (delay, bytes) => _world.Schedule(() => _world.ArriveUp(datagram.To, from, bytes), delay));
    }

    public void ApplyDueFaults() => _layers.ApplyDue(_world.Now, Module, _world.Platform);

    void Resolve(string host) => _layers.Resolve(_world.Now, host,
        found => found(RouteTable.PlatformNames.GetValueOrDefault(host) ?? _world.Names.GetValueOrDefault(host)),
        (delay, address) => _world.Schedule(() => Module.HandleResolved(_world.Now, host, address), delay));

    void WriteSerial(SerialOutput output)
    {
        foreach (var (at, bytes) in _layers.Line.Pass(_world.Now, output))
        {
            if (at <= _world.Now)
                Line.Write(bytes.Span);
            else
                _world.ScheduleAt(() => Line.Write(bytes.Span), at);
        }
    }

    void Receive(ReadOnlySpan<byte> bytes)
    {
        _world.ApplyDueFaults();
        _tap.TakeSerial(_world.Now, bytes);
        Module.HandleSerial(_world.Now, _layers.Line.Take(_world.Now, bytes.ToArray()).Span);
        _world.Drain();
    }
}
