using M531x.Dtls.Handshake;
using M531x.Dtls.Records;

namespace M531x.Dtls;

/// <summary>
/// One DTLS 1.2 association with a pre-shared key, as its client and without I/O. After every call drain
/// <see cref="TryTakeDatagram"/> and <see cref="TryTakeEvent"/>; call <see cref="HandleTimeout"/> at <see cref="NextDeadline"/>.
/// A new handshake is a new client.
/// </summary>
public sealed class DtlsClient : IDisposable
{
    readonly EngineOutput _output = new();
    readonly ClientConnection _connection;

    /// <summary>Makes a client; nothing leaves before <see cref="Start"/>.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="identity">Sent as it is, 0 to 128 bytes.</param>
    /// <param name="key">1 to 64 bytes; copied.</param>
    /// <param name="random">Source of hello randoms, connection ids and IVs.</param>
    public DtlsClient(DtlsClientOptions options, byte[] identity, byte[] key, RandomFill random)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key.Length, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ConnectionIdLength ?? 0, byte.MaxValue, nameof(options));
        _connection = new ClientConnection(options, identity, key, _output, random);
    }

    public DtlsCounters Counters => _output.Counters;
    public bool IsConnected => _connection.IsConnected;
    public bool IsClosed => _connection.IsClosed;

    /// <summary>The earliest time at which <see cref="HandleTimeout"/> has something to do; <see cref="TimeSpan.MaxValue"/> for none.</summary>
    public TimeSpan NextDeadline => _connection.NextDeadline;

    /// <summary>The session to resume later, once connected and when the server gave it an id.</summary>
    public DtlsSession? Session => _connection.Session;

    internal int Remembered => _connection.Remembered;

    internal int BufferLength => _output.BufferLength;

    /// <summary>Memory that holds secrets, for the test that they are wiped.</summary>
    internal IEnumerable<byte[]> SecretMemory => _connection.SecretMemory;

    public void Start(TimeSpan now) => _connection.Start(now);

    /// <summary>Takes a datagram of any content; it never throws for what a peer sends.</summary>
    public void HandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        while (!datagram.IsEmpty && !_connection.IsClosed)
        {
            if (!RecordView.TryRead(ref datagram, _connection.ReceiveIdLength, out var record))
            {
                _output.Drop(DtlsDropReason.Malformed, _connection.Association, null);
                return;
            }
            _connection.HandleRecord(now, null, record);
        }
    }

    public void HandleTimeout(TimeSpan now) => _connection.HandleTimeout(now);

    /// <summary>Sends application data in one record, at most 2^14 bytes. False when the association is not up.</summary>
    public bool Send(ReadOnlySpan<byte> data) => _connection.Send(data);

    /// <summary>Sends close_notify and ends.</summary>
    public void Close() => _connection.Close();

    /// <summary>The next datagram to send; valid until the next call that is not a Take.</summary>
    public bool TryTakeDatagram(out ReadOnlyMemory<byte> datagram) => _output.TryTakeDatagram(out _, out datagram);

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => _output.TryTakeEvent(out dtlsEvent);

    /// <summary>Wipes all keys. Sends nothing.</summary>
    public void Dispose() => _connection.Dispose();
}
