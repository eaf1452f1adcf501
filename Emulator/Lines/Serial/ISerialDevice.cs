namespace M531x.Emulator.Lines.Serial;

/// <summary>An open serial device in raw mode. One thread uses it.</summary>
interface ISerialDevice : IDisposable
{
    /// <summary>Bytes accepted by <see cref="Write"/> that the device still has to send; 0 where the system cannot say.</summary>
    int OutputWaiting { get; }

    /// <summary>
    /// Changes the speed, in bit/s, and returns why not, or null. The caller waits for <see cref="OutputWaiting"/> to reach 0 first.
    /// </summary>
    string? SetSpeed(int baud);

    /// <summary>
    /// Waits until bytes have arrived, the device is gone, there is room to write, a wake-up, or the end of the time in ms (-1: none).
    /// Returns whether <see cref="Read"/> has bytes or a reason.
    /// </summary>
    bool Wait(bool wantWrite, int milliseconds);

    /// <summary>Reads what has arrived without blocking. Returns why the device is gone, or null.</summary>
    string? Read(Span<byte> buffer, out int count);

    /// <summary>Accepts what there is room for, without blocking, and returns how many bytes that was.</summary>
    int Write(ReadOnlySpan<byte> bytes);
}
