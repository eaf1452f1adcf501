namespace M531x.Emulator.Lines.Serial;

/// <summary>An <see cref="IWake"/> without a file descriptor, for every system.</summary>
sealed class WakeEvent : IWake
{
    readonly object _lock = new();
    bool _woken;

    public void Wake()
    {
        lock (_lock)
        {
            _woken = true;
            Monitor.Pulse(_lock);
        }
    }

    public void Wait(int milliseconds)
    {
        lock (_lock)
        {
            if (!_woken)
                Monitor.Wait(_lock, milliseconds);
            _woken = false;
        }
    }

    public void Dispose()
    {
    }
}
