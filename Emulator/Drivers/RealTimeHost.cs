using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using M531x.Dtls;
using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Lines;
using M531x.Lwm2m;
using Serilog;
using Serilog.Events;

namespace M531x.Emulator.Drivers;

/// <summary>
/// Runs one module and the local OneNET by the wall clock, at its pace or another: one thread owns both cores and their clock; the line, the
/// sockets, name resolution and API calls post to it.
/// </summary>
sealed partial class RealTimeHost : IEndpointSink, IModuleHost
{
    readonly BlockingCollection<Action> _inputs = [];
    readonly ISerialEndpoint _line;
    readonly ILogger _log;
    readonly M531xModule _module;
    readonly OneNet? _platform;
    readonly RouteTable _routes = new();
    readonly PlatformPorts? _ports;
    readonly SocketDriver _sockets;
    readonly ModuleAddresses _addresses = new();
    readonly ModuleTap _tap;
    readonly HostFiles _files;
    readonly Thread _thread;
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<long, TaskCompletionSource<ApiAnswer>> _calls = [];

    bool _stopping;

    public RealTimeHost(HostOptions options, ISerialEndpoint line, ILogger log)
    {
        _line = line;
        _log = log;
        _clock = new CoreClock(TimeProvider.System, options.Time.Rate);
        MeetsOutsiders = options.Platform is null || options.Routes.Count > 0;
        _power = options.Power;
        _files = new HostFiles(options, log);
        _tap = new ModuleTap(0, _addresses, options.Taps);
        var random = new SeededRandom(options.Seed);
        RandomFill secureRandom = options.DeterministicCrypto ? random.Fork("dtls").Fill : RandomNumberGenerator.Fill;
        _layers = new FaultLayers(random);
        _module = new M531xModule(options.Module with { Faults = _layers.Set }, random.Fork("module 0"), secureRandom);
        _loopbackOnly = options.DeterministicCrypto;
        if (options.Platform is not null)
        {
            _platform = new OneNet(options.Platform with { Faults = _layers.Set }, random.Fork("platform"), secureRandom);
            _ports = new PlatformPorts(options.PlatformAddresses, PostDatagram);
            _routes.AddLocalPlatform(_ports.AddressOf);
        }
        foreach (var fault in options.Faults)
            _layers.Set.Add(TimeSpan.Zero, fault);
        foreach (var (host, port, to) in options.Routes)
            _routes.Add(host, port, to);
        _sockets = new SocketDriver(_routes, log, input => Post(() => TakeFromSocket(input)));
        _thread = new Thread(Run) { IsBackground = true, Name = "module" };
    }

    /// <summary>Where one of the local OneNET's ports is; null without a local OneNET.</summary>
    public IPEndPoint? AddressOf(OneNetPort port) => _ports?.AddressOf(port);

    /// <summary>Ends when the host was stopped; faults when the core threw, which is a bug of the emulator.</summary>
    public Task Completion => _stopped.Task;

    public void Start()
    {
        _thread.Start();
        Post(PowerOn);
        _line.Start(this);
    }

    /// <summary>A call of the local OneNET's HTTP API.</summary>
    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (_platform is null)
            return new ApiAnswer(0, 404, """{"errno":3,"error":"no local OneNET: started with --platform real"}""");
        var answer = new TaskCompletionSource<ApiAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        long? call = null;
        try
        {
            Post(() => _calls[(call = _platform.Call(Now, request)).Value] = answer);
            return await answer.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Post(() => CancelCall(call!.Value));
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Post(() => _stopping = true);
        if (_thread.IsAlive)
            await _stopped.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _line.DisposeAsync();
        CloseSocket();
        _sockets.Dispose();
        _ports?.Dispose();
        _platform?.Dispose();
    }

    void Post(Action input) => _inputs.Add(input);

    /// <summary>Has an input taken by the thread of the cores, unless nobody waits for it by then; done when it is.</summary>
    async Task PostAsync(Action input, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            if (!cancellation.IsCancellationRequested)
                input();
            done.SetResult();
        });
        await done.Task.WaitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    void PostDatagram(OneNetPort port, IPEndPoint from, byte[] bytes) => Post(() =>
    {
        _traffic.Arrived(from.Port, _ports!.AddressOf(port).Port);
        _platform!.HandleDatagram(Now, port, from, bytes);
    });

    void Drain()
    {
        LogFaults();
        while (_module.TryTake(out var effect))
            Execute(effect);
        if (_platform is not null)
            DrainPlatform(_platform);
        LogFaults(); // of what has just passed: the next time may be a later one
    }

    void DrainPlatform(OneNet platform)
    {
        while (platform.TryTakeDatagram(out var datagram))
            SendDown(datagram);
        while (platform.TryTakeAnswer(out var answer))
        {
            if (_calls.Remove(answer.Call, out var waiting))
                waiting.TrySetResult(answer);
        }
        while (platform.TryTakeEvent(out var platformEvent))
        {
            _tap.Take(Now, platformEvent);
            LogPlatform(platformEvent);
        }
    }

    void Execute(ModuleEffect effect)
    {
        _addresses.Take(effect);
        _tap.Take(Now, effect);
        switch (effect)
        {
            case SerialOutput serial:
                WriteLine(serial);
                break;
            case DatagramOutput datagram:
                SendUp(datagram);
                break;
            case SocketEffect socket:
                SendToSocket(socket);
                break;
            case ResolveName resolve:
                Resolve(resolve.Host);
                break;
            case RebindSocket rebind:
                CloseSocket();
                TakeCellAddress(rebind.Address);
                break;
            case KeyInUse key:
                _platform?.AdoptKey(_module.Options.Imei, key.ForBootstrap, key.Credential);
                break;
            case SecretsOutput secrets:
                _files.WriteSecrets(secrets);
                break;
            case LineSpeedChanged change:
                ChangeSpeed(change.Speed);
                break;
            case SettingsChanged settings:
                _files.SaveSettings(settings.Json);
                break;
            case TraceOutput { Detail.Length: > 0 } trace:
                _log.Write(trace.IsProblem ? LogEventLevel.Warning : LogEventLevel.Debug, "{Layer} {Event} {Detail}", trace.Layer, trace.Name, trace.Detail);
                break;
        }
    }

    void CancelCall(long call)
    {
        if (_calls.Remove(call))
            _platform!.CancelCall(call);
    }

    void LogPlatform(OneNetEvent platformEvent)
    {
        if (platformEvent is ValueDropped or OneNetWarning or AccessRefused or BootstrapAborted or SecureSessionRefused)
            _log.Warning("OneNET: {Event}", platformEvent);
        else
            _log.Information("OneNET: {Event}", platformEvent);
    }
}
