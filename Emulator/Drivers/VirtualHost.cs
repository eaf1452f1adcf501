using System.Net;
using System.Text;
using M531x.Emulator.Control;
using M531x.Emulator.Faults;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>
/// Runs one module and the local OneNET in virtual time for the HTTP API: no thread, no socket. Time stands still until a call needs it to
/// pass, and then jumps from deadline to deadline; what happens depends on the seed and the calls alone.
/// </summary>
sealed class VirtualHost : IModuleHost
{
    /// <summary>What is advanced at a time, so that a call can be given up and nothing piles up.</summary>
    static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    readonly Lock _lock = new();
    readonly VirtualWorld _world;
    readonly McuConsole _console = new();
    readonly Dictionary<long, TaskCompletionSource<ApiAnswer>> _calls = [];
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HostOptions _options;
    readonly HostFiles _files;
    string? _saved;

    public VirtualHost(HostOptions options, ILogger log)
    {
        _options = options;
        _files = new HostFiles(options, log);
        _world = new VirtualWorld(new VirtualWorldOptions
        {
            Seed = options.Seed,
            Module = options.Module,
            Platform = options.Platform,
            Latency = TimeSpan.Zero,
            PrintsBoot = true,
            Taps = [.. options.Taps, new LogTap(log)],
        });
    }

    public bool IsVirtual => true;
    public bool MeetsOutsiders => false;
    public bool HasPlatform => true;
    public Task Completion => _stopped.Task;

    public void Start() => Do(() =>
    {
        foreach (var fault in _options.Faults)
            _world.AddFault(fault);
        Pass(TimeSpan.Zero, CancellationToken.None);
    });

    /// <summary>Nothing listens: no datagram leaves the process.</summary>
    public IPEndPoint? AddressOf(OneNetPort port) => null;

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<ApiAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = Do(() =>
        {
            var call = _world.Call(request);
            _calls[call] = answer;
            Pass(TimeSpan.Zero, cancellation);
            return call;
        });
        using var gone = cancellation.Register(() => Do(() =>
        {
            if (_calls.Remove(call))
                _world.Platform.CancelCall(call);
        }));
        return await answer.Task.WaitAsync(cancellation);
    }

    public Task<ClockState> GetClockAsync(CancellationToken cancellation) => Task.FromResult(Do(State));

    public Task<ClockState> ChangeClockAsync(ClockChange change, CancellationToken cancellation) => Task.FromResult(Do(() =>
    {
        Pass(change.Advance ?? TimeSpan.Zero, cancellation);
        return State();
    }));

    public Task<AtAnswer?> SendAtAsync(AtRequest request, CancellationToken cancellation) => Task.FromResult(Do(() =>
    {
        var call = _console.Begin(_world.Now, request);
        if (request.Line is not null)
            _world.Line.Send(Encoding.Latin1.GetBytes(request.Line + "\r"));
        Pass(request.Within, cancellation, () => call.Answer.IsCompleted);
        Pass(TimeSpan.Zero, CancellationToken.None); // what else happens at this moment, such as an answer on its way to the platform
        _console.HandleTimeout(_world.Now);
        _console.Cancel(call);
        cancellation.ThrowIfCancellationRequested();
        return (AtAnswer?)call.Answer.Result;
    }));

    public Task<IReadOnlyList<UartLine>> ListLinesAsync(long after, CancellationToken cancellation) => Task.FromResult(Do(() => _console.After(after)));

    public Task ResetAsync(ResetCause cause, CancellationToken cancellation) => Done(() => _world.Reset(cause));

    public Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation) => Done(() =>
    {
        foreach (var fault in faults)
            _world.AddFault(fault);
    });

    public Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation) =>
        Task.FromResult(Do(() => (IReadOnlyList<(FaultSpec, int)>)[.. _world.Faults.All.Select(f => (f, _world.Faults.FiredCount(f.Name)))]));

    public Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation) => Task.FromResult(Do(() => _world.RemoveFault(_world.Modules[0], name)));

    public Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation) =>
        Done(() => _world.Module.Override(command, lines, times));

    public Task ClearFaultsAsync(CancellationToken cancellation) => Done(_world.ClearFaults);

    public Task ClearOverridesAsync(CancellationToken cancellation) => Done(_world.Module.ClearOverrides);

    public ValueTask DisposeAsync()
    {
        lock (_lock)
            _world.Platform.Dispose();
        _stopped.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets time pass until the condition holds, or so long; zero lets happen what is due now.</summary>
    void Pass(TimeSpan time, CancellationToken cancellation, Func<bool>? until = null)
    {
        var end = _world.Now + time;
        var isDone = false;
        do
        {
            var left = end - _world.Now;
            isDone = _world.RunUntil(Settled, left < Slice ? left : Slice);
            TakeOutcome();
        }
        while (!isDone && _world.Now < end);
        Collect();

        bool Settled()
        {
            Collect();
            return cancellation.IsCancellationRequested || until?.Invoke() == true;
        }
    }

    void Collect() => _console.Take(_world.Now, _world.Line.Take());

    /// <summary>What the steps so far have left behind: answers of the platform, settings, secrets.</summary>
    void TakeOutcome()
    {
        foreach (var (call, waiting) in _calls.ToList())
        {
            if (!_world.TryTakeAnswer(call, out var answer))
                continue;
            _calls.Remove(call);
            waiting.TrySetResult(answer);
        }
        foreach (var secrets in _world.Secrets)
            _files.WriteSecrets(secrets);
        if (_world.SavedSettings is { } settings && settings != _saved)
        {
            _saved = settings;
            _files.SaveSettings(settings);
        }
        _world.ForgetHistory();
    }

    ClockState State()
    {
        var next = _world.NextTime();
        return new ClockState(TimeMode.Virtual, _world.Now, IsFrozen: true, next == TimeSpan.MaxValue ? null : next);
    }

    Task Done(Action action)
    {
        Do(() =>
        {
            action();
            Pass(TimeSpan.Zero, CancellationToken.None);
        });
        return Task.CompletedTask;
    }

    void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    /// <summary>One call at a time. Nothing in the core catches: what arrives here is a bug, and going on would hide it.</summary>
    T Do<T>(Func<T> action)
    {
        lock (_lock)
        {
            try
            {
                return action();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _stopped.TrySetException(e);
                throw;
            }
        }
    }
}
