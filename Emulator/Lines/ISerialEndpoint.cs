namespace M531x.Emulator.Lines;

/// <summary>Carries the bytes of the module's UART: a pseudo-terminal, serial device, TCP socket, stdin and stdout, or memory.</summary>
interface ISerialEndpoint : IAsyncDisposable
{
    /// <summary>For display: "pty /dev/pts/7 (/tmp/m531x)", "serial /dev/ttyUSB0 (9600 8N1)", "tcp 127.0.0.1:5320", "stdio".</summary>
    string Description { get; }

    /// <summary>What a client opens: the link (or the slave when there is no link), the device, host:port, or "-".</summary>
    string Address { get; }

    EndpointCounters Counters { get; }

    /// <summary>Speed that the client has set, in bit/s; null when there is none. Read it only inside calls to the sink.</summary>
    int? ClientSpeed { get; }

    /// <summary>Faults when the endpoint's own loop fails, which is a bug; nothing more is delivered then. Completes on disposal.</summary>
    Task Completion { get; }

    /// <summary>Begins delivering. All calls to <paramref name="sink"/> come from one loop, one after another. Allowed once.</summary>
    void Start(IEndpointSink sink);

    /// <summary>Sets the speed of the module's UART in bit/s; 0 follows the client. Endpoints without a real speed ignore it.</summary>
    void SetSpeed(int speed);

    /// <summary>
    /// Sends bytes to the client. Thread-safe; never blocks. While no client reads, it keeps up to
    /// <see cref="OutputBuffer.IdleLimit"/> bytes; then the newest are dropped and counted, as a UART without flow control does.
    /// </summary>
    void Write(ReadOnlySpan<byte> bytes);
}
