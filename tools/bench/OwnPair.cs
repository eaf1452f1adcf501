using System.Net;
using System.Security.Cryptography;
using M531x.Dtls;

namespace M531x.Tools.Bench;

/// <summary>Our client and our server in one thread, each datagram handed over as it leaves.</summary>
sealed class OwnPair : IDisposable, IPskStore
{
    /// <summary>Time stands still: nothing is lost, so no timer is due.</summary>
    static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    static readonly DtlsClientOptions ClientOptions = new();

    readonly IPEndPoint _address = new(IPAddress.Loopback, 40000);
    readonly DtlsServer _server;
    readonly byte[] _received = new byte[Secrets.Record.Length];
    DtlsClient? _client;
    long _association;
    int _records;

    public OwnPair() => _server = new DtlsServer(new DtlsServerOptions { MaxSessions = 0 }, this, RandomNumberGenerator.Fill);

    public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
    {
        var isKnown = identity.SequenceEqual(Secrets.Identity);
        key = isKnown ? [.. Secrets.Key] : [];
        return isKnown;
    }

    /// <summary>A full handshake with a cookie, by a new client.</summary>
    public void Handshake()
    {
        Forget();
        _client = new DtlsClient(ClientOptions, Secrets.Identity, Secrets.Key, RandomNumberGenerator.Fill);
        _client.Start(Now);
        while (MoveToServer() | MoveToClient())
        {
        }
        // An owner looks when to call again, which also lets go of what has been called off.
        if (_client.NextDeadline < TimeSpan.MaxValue || _server.NextDeadline < TimeSpan.MaxValue || _association == 0)
            throw new InvalidOperationException("the handshake does not end");
    }

    /// <summary>A record each way.</summary>
    public void Exchange()
    {
        _records = 0;
        _client!.Send(Secrets.Record);
        MoveToServer();
        _server.Send(_association, Secrets.Record);
        MoveToClient();
        if (_records != 2)
            throw new InvalidOperationException("a record is lost");
    }

    public void Dispose()
    {
        Forget();
        _server.Dispose();
    }

    void Forget()
    {
        _client?.Dispose();
        _server.Forget(_association);
        _association = 0;
    }

    bool MoveToServer()
    {
        var any = false;
        while (_client!.TryTakeDatagram(out var datagram))
        {
            any = true;
            _server.HandleDatagram(Now, _address, datagram.Span);
            while (_server.TryTakeEvent(out var happened))
                Note(happened);
        }
        return any;
    }

    bool MoveToClient()
    {
        var any = false;
        while (_server.TryTakeDatagram(out _, out var datagram))
        {
            any = true;
            _client!.HandleDatagram(Now, datagram.Span);
            while (_client.TryTakeEvent(out var happened))
                Note(happened with { Association = _association });
        }
        return any;
    }

    void Note(in DtlsEvent happened)
    {
        if (happened.Kind == DtlsEventKind.Connected)
            _association = happened.Association;
        if (happened.Kind != DtlsEventKind.Data)
            return;
        happened.Data.Span.CopyTo(_received);
        _records++;
    }
}

sealed class OwnHandshakes : ManagedSide
{
    readonly OwnPair _pair = new();

    public override string Name => "m531x";

    public override string Remark => "one thread; with cookie; one server for all clients";

    public override void Dispose() => _pair.Dispose();

    protected override void Step() => _pair.Handshake();
}

sealed class OwnRecords : ManagedSide
{
    readonly OwnPair _pair = new();

    public OwnRecords() => _pair.Handshake();

    public override string Name => "m531x";

    public override string Remark => "one thread";

    public override void Dispose() => _pair.Dispose();

    protected override int CountPerStep => 2;

    protected override void Step() => _pair.Exchange();
}
