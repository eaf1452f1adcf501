using System.Runtime.InteropServices;

namespace M531x.Emulator.Cli;

/// <summary>Turns Ctrl-C, SIGTERM and a hang-up of the terminal into a request to stop, while it lives.</summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly List<PosixSignalRegistration> _registrations;

    public StopSignals() => _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(Register)];

    public CancellationToken Token => _stop.Token;

    /// <summary>Ctrl-C was among them.</summary>
    public bool IsInterrupted { get; private set; }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
    }

    PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        IsInterrupted |= signal == PosixSignal.SIGINT;
        _stop.Cancel();
    });
}
