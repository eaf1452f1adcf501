namespace M531x.Dtls;

/// <summary>
/// One DTLS 1.2 association with a pre-shared key, as its client and without I/O. After every call drain
/// <see cref="TryTakeDatagram"/> and <see cref="TryTakeEvent"/>; call <see cref="HandleTimeout"/> at <see cref="NextDeadline"/>.
/// A new handshake is a new client.
/// </summary>
public sealed class DtlsClient : IDisposable
{
    /// <summary>Makes a client; nothing leaves before <see cref="Start"/>.</summary>
    /// <param name="identity">Sent as it is, 0 to 128 bytes.</param>
    /// <param name="key">1 to 64 bytes; copied.</param>
    public DtlsClient(DtlsClientOptions options, byte[] identity, byte[] key, RandomFill random) => throw new NotImplementedException();

    public DtlsCounters Counters => throw new NotImplementedException();
    public bool IsConnected => throw new NotImplementedException();
    public bool IsClosed => throw new NotImplementedException();

    /// <summary>The earliest time at which <see cref="HandleTimeout"/> has something to do; <see cref="TimeSpan.MaxValue"/> for none.</summary>
    public TimeSpan NextDeadline => throw new NotImplementedException();

    /// <summary>The session to resume later, once connected and when the server gave it an id.</summary>
    public DtlsSession? Session => throw new NotImplementedException();

    public void Start(TimeSpan now) => throw new NotImplementedException();

    /// <summary>Takes a datagram of any content; it never throws for what a peer sends.</summary>
    public void HandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram) => throw new NotImplementedException();

    public void HandleTimeout(TimeSpan now) => throw new NotImplementedException();

    /// <summary>Sends application data in one record, at most 2^14 bytes. False when the association is not up.</summary>
    public bool Send(TimeSpan now, ReadOnlySpan<byte> data) => throw new NotImplementedException();

    /// <summary>Sends close_notify and ends.</summary>
    public void Close(TimeSpan now) => throw new NotImplementedException();

    /// <summary>The next datagram to send; valid until the next call that is not a Take.</summary>
    public bool TryTakeDatagram(out ReadOnlyMemory<byte> datagram) => throw new NotImplementedException();

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => throw new NotImplementedException();

    /// <summary>Wipes all keys. Sends nothing.</summary>
    public void Dispose() => throw new NotImplementedException();
}
