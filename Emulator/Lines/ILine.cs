namespace M531x.Emulator.Lines;

/// <summary>What carries the bytes of the module's UART: a pseudo-terminal, a serial device, a TCP socket, stdin and stdout, or memory.</summary>
interface ILine : IAsyncDisposable
{
    /// <summary>For people: "pty /dev/pts/7 (/tmp/m531x)", "serial /dev/ttyUSB0 (9600 8N1)", "tcp 127.0.0.1:5320", "stdio".</summary>
    string Description { get; }

    /// <summary>What a client opens: the link (or the slave when there is no link), the device, host:port, or "-".</summary>
    string Address { get; }

    LineCounters Counters { get; }

    /// <summary>The speed that the client has set on its side, in bit/s; null when the line has none. Ask from within the sink's calls.</summary>
    int? ClientSpeed { get; }

    /// <summary>Faults when the line's own loop has failed, which is a bug: nothing more will be delivered. Else it ends with disposal or never.</summary>
    Task Completion { get; }

    /// <summary>Begins delivering. All calls to <paramref name="sink"/> come from one loop, one after another. Allowed once.</summary>
    void Start(ILineSink sink);

    /// <summary>The module's UART runs at another speed, in bit/s; 0 follows the client. Lines without a real speed do nothing.</summary>
    void SetSpeed(int speed);

    /// <summary>
    /// Sends bytes to the client. Thread-safe; never blocks. While nobody reads, up to <see cref="OutputBuffer.IdleLimit"/> bytes are kept;
    /// then the newest are dropped and counted, as a UART without flow control does.
    /// </summary>
    void Write(ReadOnlySpan<byte> bytes);
}
