using System.Net;

namespace M531x.Dtls;

/// <summary>
/// A DTLS 1.2 server for any number of peers, without I/O. It keeps nothing for a peer that has not returned its cookie
/// (RFC 6347 §4.2.1), and keeps an association until a new one from the same address has proved itself (§4.2.8).
/// After every call drain <see cref="TryTakeDatagram"/> and <see cref="TryTakeEvent"/>.
/// </summary>
public sealed class DtlsServer : IDisposable
{
    public DtlsServer(DtlsServerOptions options, IPskStore keys, RandomFill random) => throw new NotImplementedException();

    public DtlsCounters Counters => throw new NotImplementedException();

    public TimeSpan NextDeadline => throw new NotImplementedException();

    /// <summary>Takes a datagram of any content; it never throws for what a peer sends.</summary>
    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram) => throw new NotImplementedException();

    public void HandleTimeout(TimeSpan now) => throw new NotImplementedException();

    /// <summary>Sends application data in one record. False when there is no such association.</summary>
    public bool Send(TimeSpan now, long association, ReadOnlySpan<byte> data) => throw new NotImplementedException();

    /// <summary>Sends close_notify and forgets the association.</summary>
    public void Close(TimeSpan now, long association) => throw new NotImplementedException();

    public bool TryTakeDatagram(out IPEndPoint to, out ReadOnlyMemory<byte> datagram) => throw new NotImplementedException();

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => throw new NotImplementedException();

    /// <summary>Wipes all keys. Sends nothing.</summary>
    public void Dispose() => throw new NotImplementedException();
}
