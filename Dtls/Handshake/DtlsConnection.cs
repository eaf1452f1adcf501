using System.Net;
using System.Security.Cryptography;
using M531x.Dtls.Crypto;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Dtls.Handshake;

/// <summary>
/// What both roles of an association share: records (DtlsConnection.Records.cs), flights and their retransmission
/// (DtlsConnection.Flights.cs), handshake messages (DtlsConnection.Messages.cs), alerts. The roles know the order of messages.
/// </summary>
abstract partial class DtlsConnection : IDisposable
{
    /// <summary>How long the last flight is resent when the peer repeats its own: twice the maximum segment lifetime (RFC 6347 §4.2.4).</summary>
    static readonly TimeSpan LastFlightLifetime = TimeSpan.FromSeconds(240);

    readonly DtlsOptions _options;
    readonly EngineOutput _output;
    IncrementalHash? _keyedMaster;

    protected DtlsConnection(DtlsOptions options, EngineOutput output, RandomFill random, long association, IPEndPoint? peer)
    {
        _options = options;
        _output = output;
        Random = random;
        Association = association;
        Peer = peer;
    }

    public long Association { get; }
    public IPEndPoint? Peer { get; private set; }
    public bool IsConnected { get; private set; }
    public bool IsClosed { get; private set; }

    /// <summary>Who the other side is, or claims to be until connected.</summary>
    public string? Identity { get; protected set; }

    /// <summary>Identifies the handshake that this association came from.</summary>
    public byte[] ClientRandom { get; protected set; } = [];

    public TimeSpan NextDeadline => IsClosed ? TimeSpan.MaxValue : Earlier(DecideAt, Earlier(_retransmitAt, _handshakeDeadline));

    protected RandomFill Random { get; }
    protected abstract bool IsClient { get; }
    protected Transcript Transcript { get; } = new();
    protected byte[] ServerRandom { get; set; } = [];
    protected byte[] MasterSecret { get; set; } = [];
    protected DtlsCipherSuite Suite { get; set; }
    protected bool ExtendedMasterSecret { get; set; }
    protected bool EncryptThenMac { get; set; }
    protected bool Resumed { get; set; }

    public void HandleTimeout(TimeSpan now)
    {
        if (IsClosed)
            return;
        if (now >= _handshakeDeadline)
            GiveUp();
        else if (now >= DecideAt)
            Decide();
        else if (now >= _retransmitAt)
            HandleSilence(now);
    }

    /// <summary>Sends close_notify and ends.</summary>
    public void Close()
    {
        if (IsClosed)
            return;
        if (IsConnected)
            SendAlert(AlertLevel.Warning, DtlsAlert.CloseNotify);
        End();
        Tell(new DtlsEvent { Kind = DtlsEventKind.Closed });
    }

    /// <summary>Sends a fatal alert and ends.</summary>
    public void Abort(DtlsAlert alert)
    {
        if (IsClosed)
            return;
        ForgetSession();
        Fail(DtlsFailure.ProtocolError, alert);
    }

    /// <summary>Ends without a word to the peer or the owner, and wipes the keys.</summary>
    public void Dispose()
    {
        if (!IsClosed)
            End();
    }

    /// <summary>The master secret of a new session, from the key and either both randoms or all messages so far (RFC 7627 §4).</summary>
    protected void AgreeMasterSecret(ReadOnlySpan<byte> key)
    {
        if (!ExtendedMasterSecret)
        {
            MasterSecret = Prf.MasterSecret(key, ClientRandom, ServerRandom);
            return;
        }
        Span<byte> hash = stackalloc byte[Transcript.HashLength];
        Transcript.Current(hash);
        MasterSecret = Prf.ExtendedMasterSecret(key, hash);
    }

    /// <summary>Keys for both directions from the master secret; sending goes on in epoch 0 until ChangeCipherSpec.</summary>
    protected void DeriveKeys()
    {
        _keyedMaster = Prf.Keyed(MasterSecret);
        var (ofClient, ofServer) = KeyBlock.Derive(Suite, _keyedMaster, ClientRandom, ServerRandom, EncryptThenMac, Random);
        _write[1].Protection = IsClient ? ofClient : ofServer;
        _read[1].Protection = IsClient ? ofServer : ofClient;
        if (_options.EmitsSecrets)
        {
            var data = _output.ReserveData(ClientHello.RandomLength + Prf.MasterSecretLength);
            ClientRandom.CopyTo(data);
            MasterSecret.CopyTo(data[ClientHello.RandomLength..]);
            _output.TellData(new DtlsEvent { Kind = DtlsEventKind.Secrets, Association = Association, Peer = Peer, Data = data });
        }
    }

    /// <param name="sentLast">Our flight was the last one, and is resent should the peer repeat its own; else nothing of ours is missing.</param>
    protected void Connect(TimeSpan now, bool sentLast)
    {
        IsConnected = true;
        StopTimers();
        if (!sentLast)
            _flight.Clear();
        _lastFlightUntil = now + LastFlightLifetime;
        _output.Counters.Handshakes++;
        if (Resumed)
            _output.Counters.Resumptions++;
        Tell(new DtlsEvent
        {
            Kind = DtlsEventKind.Connected,
            Details = new DtlsConnected
            {
                Suite = Suite,
                Identity = Identity ?? "",
                Resumed = Resumed,
                ExtendedMasterSecret = ExtendedMasterSecret,
                EncryptThenMac = EncryptThenMac,
                ConnectionId = _sendId.Length > 0 || _receiveId.Length > 0,
            },
        });
        OnConnected(now);
        ForgetHandshake();
        ReplayEarly(now);
    }

    /// <summary>The association is up and the event told.</summary>
    protected abstract void OnConnected(TimeSpan now);

    protected void Fail(DtlsFailure failure, DtlsAlert? alertToSend = null, DtlsAlert? received = null)
    {
        if (alertToSend is { } alert)
            SendAlert(AlertLevel.Fatal, alert);
        End();
        Tell(new DtlsEvent { Kind = DtlsEventKind.Failed, Failure = failure, Alert = received ?? alertToSend, Identity = Identity });
    }

    protected void Tell(DtlsEvent dtlsEvent) => _output.Tell(dtlsEvent with { Association = Association, Peer = Peer });

    protected void Drop(DtlsDropReason reason) => _output.Drop(reason, Association, Peer);

    protected byte[] NewRandom()
    {
        var bytes = new byte[ClientHello.RandomLength];
        Random(bytes);
        return bytes;
    }

    static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>Memory of this connection that holds secrets, for the test that it is wiped.</summary>
    internal virtual IEnumerable<byte[]> SecretMemory =>
        _write.Select(e => e.Protection).Concat(_read.Select(e => e.Protection)).OfType<RecordProtection>().SelectMany(p => p.SecretMemory).Append(MasterSecret);

    /// <summary>Wipes a role's own secrets.</summary>
    protected virtual void Wipe()
    {
    }

    /// <summary>Wipes what only the handshake needs.</summary>
    void ForgetHandshake()
    {
        CryptographicOperations.ZeroMemory(MasterSecret);
        _keyedMaster?.Dispose();
        Transcript.Clear();
    }

    void End()
    {
        IsClosed = true;
        IsConnected = false;
        StopTimers();
        _flight.Clear();
        ClearEarly();
        foreach (var epoch in _write)
            epoch.Protection?.Dispose();
        foreach (var epoch in _read)
            epoch.Protection?.Dispose();
        ForgetHandshake();
        Wipe();
    }
}
