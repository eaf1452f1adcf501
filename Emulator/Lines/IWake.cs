namespace M531x.Emulator.Lines;

/// <summary>Ends the wait of one loop. <see cref="Wake"/> may be called from any thread, also after disposal.</summary>
interface IWake : IDisposable
{
    void Wake();

    /// <summary>Returns once woken since the last wait, or after the time in ms.</summary>
    void Wait(int milliseconds);
}
