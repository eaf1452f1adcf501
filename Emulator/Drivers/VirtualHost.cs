using System.Net;
using System.Text;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>
/// Runs one module and the local OneNET in virtual time for the HTTP API: no thread, no socket. Time stands still until a call needs it to
/// pass, and then jumps from deadline to deadline; what happens depends on the seed and the calls alone. Calls are taken one after the
/// other; one that waits for its turn holds no thread.
/// </summary>
sealed class VirtualHost : IModuleHost
{
    /// <summary>What is advanced at a time, so that a call can be given up and nothing piles up.</summary>
    static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    readonly SemaphoreSlim _turn = new(1, 1);
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

    public void Start()
    {
        _turn.Wait();
        foreach (var fault in _options.Faults)
            _world.AddFault(fault);
        Settle();
        _turn.Release();
    }

    /// <summary>Nothing listens: no datagram leaves the process.</summary>
    public IPEndPoint? AddressOf(OneNetPort port) => null;

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<ApiAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = await DoAsync(() =>
        {
            var call = _world.Call(request);
            _calls[call] = answer;
            Settle();
            return call;
        }, cancellation);
        try
        {
            return await answer.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            _ = SettleAsync(() =>
            {
                if (_calls.Remove(call))
                    _world.Platform.CancelCall(call);
            }, CancellationToken.None);
            throw;
        }
    }

    public Task<ClockState> GetClockAsync(CancellationToken cancellation) => DoAsync(State, cancellation);

    public Task<ClockState> ChangeClockAsync(ClockChange change, CancellationToken cancellation) => DoAsync(async () =>
    {
        var from = _world.Now;
        await PassAsync(change.Advance ?? TimeSpan.Zero, cancellation);
        _world.Modules[0].Tap.TakeAdvance(_world.Now, _world.Now - from);
        cancellation.ThrowIfCancellationRequested();
        return State();
    }, cancellation);

    public Task<AtAnswer?> SendAtAsync(AtRequest request, CancellationToken cancellation) => DoAsync(async () =>
    {
        var call = _console.Begin(_world.Now, request);
        if (request.Line is not null)
            _world.Line.Send(Encoding.Latin1.GetBytes(request.Line + "\r"));
        await PassAsync(request.Within, cancellation, () => call.Answer.IsCompleted);
        Settle(); // what else happens at this moment, such as an answer on its way to the platform
        _console.HandleTimeout(_world.Now);
        _console.Cancel(call);
        cancellation.ThrowIfCancellationRequested();
        return (AtAnswer?)await call.Answer;
    }, cancellation);

    public Task<IReadOnlyList<UartLine>> ListLinesAsync(long after, CancellationToken cancellation) => DoAsync(() => _console.After(after), cancellation);

    public Task ResetAsync(ResetCause cause, CancellationToken cancellation) => SettleAsync(() => _world.Reset(cause), cancellation);

    public Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation) => SettleAsync(() =>
    {
        foreach (var fault in faults)
            _world.AddFault(fault);
    }, cancellation);

    public Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation) =>
        DoAsync(() => (IReadOnlyList<(FaultSpec, int)>)[.. _world.Faults.All.Select(f => (f, _world.Faults.FiredCount(f.Name)))], cancellation);

    public Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation) => DoAsync(() =>
    {
        var removed = _world.RemoveFault(_world.Modules[0], name);
        Settle();
        return removed;
    }, cancellation);

    public Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation) =>
        SettleAsync(() => _world.Module.Override(command, lines, times), cancellation);

    public Task ClearFaultsAsync(CancellationToken cancellation) => SettleAsync(_world.ClearFaults, cancellation);

    public Task ClearOverridesAsync(CancellationToken cancellation) => SettleAsync(_world.Module.ClearOverrides, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(); // for good
        _world.Platform.Dispose();
        _stopped.TrySetResult();
    }

    /// <summary>
    /// Lets time pass until the condition holds, or so long. The thread goes round between slices: on one core a long advance would
    /// otherwise keep everybody from being heard, who gives up first of all.
    /// </summary>
    async Task PassAsync(TimeSpan time, CancellationToken cancellation, Func<bool>? until = null)
    {
        var end = _world.Now + time;
        while (true)
        {
            var left = end - _world.Now;
            var isDone = _world.RunUntil(IsDone, left < Slice ? left : Slice);
            TakeOutcome();
            if (isDone || _world.Now >= end)
                return;
            await Task.Yield();
        }

        bool IsDone()
        {
            Collect();
            return cancellation.IsCancellationRequested || until?.Invoke() == true;
        }
    }

    /// <summary>Lets happen what is due now.</summary>
    void Settle()
    {
        _world.Advance(TimeSpan.Zero);
        TakeOutcome();
    }

    void Collect() => _console.Take(_world.Now, _world.Line.Take());

    /// <summary>What the steps so far have left behind: lines, answers of the platform, settings, secrets.</summary>
    void TakeOutcome()
    {
        Collect();
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

    Task<bool> SettleAsync(Action action, CancellationToken cancellation) => DoAsync(() =>
    {
        action();
        Settle();
        return true;
    }, cancellation);

    Task<T> DoAsync<T>(Func<T> action, CancellationToken cancellation) => DoAsync(() => Task.FromResult(action()), cancellation);

    /// <summary>When its turn comes. Nothing in the core catches: what arrives here is a bug, and going on would hide it.</summary>
    async Task<T> DoAsync<T>(Func<Task<T>> action, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await action();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _stopped.TrySetException(e);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }
}
