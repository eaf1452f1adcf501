using M531x.Dtls;
using Org.BouncyCastle.Crypto.Tls;
using Org.BouncyCastle.Security;

namespace M531x.Tools.Bench;

/// <summary>BouncyCastle's client and server. Its handshakes block, so the server has a thread of its own on the same core.</summary>
sealed class BouncyPair : IDisposable
{
    const int WaitMilliseconds = 5000;

    readonly SecureRandom _random = new();
    readonly Thread _thread;
    readonly SemaphoreSlim _begin = new(0);
    readonly SemaphoreSlim _done = new(0);
    readonly byte[] _received = new byte[2048];
    Pipe _toServer = new();
    Pipe _toClient = new();
    DtlsTransport? _client;
    DtlsTransport? _server;
    volatile bool _ends;

    public BouncyPair()
    {
        // The thread inherits the core.
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public static string Version => typeof(DtlsTransport).Assembly.GetName().Version!.ToString(3);

    public void Handshake()
    {
        (_toServer, _toClient) = (new Pipe(), new Pipe());
        _begin.Release();
        _client = new DtlsClientProtocol(_random).Connect(new Client(), new End(_toClient, _toServer));
        _done.Wait();
    }

    /// <summary>A record each way, in the caller's thread.</summary>
    public void Exchange()
    {
        Pass(_client!, _server!);
        Pass(_server!, _client!);
    }

    public void Dispose()
    {
        _ends = true;
        _begin.Release();
        _thread.Join();
        _begin.Dispose();
        _done.Dispose();
    }

    void Serve()
    {
        while (true)
        {
            _begin.Wait();
            if (_ends)
                return;
            _server = new DtlsServerProtocol(_random).Accept(new Server(), new End(_toServer, _toClient));
            _done.Release();
        }
    }

    void Pass(DtlsTransport from, DtlsTransport to)
    {
        from.Send(Secrets.Record, 0, Secrets.Record.Length);
        if (to.Receive(_received, 0, _received.Length, WaitMilliseconds) != Secrets.Record.Length)
            throw new InvalidOperationException("a record is lost");
    }

    /// <summary>Datagrams in one direction.</summary>
    sealed class Pipe
    {
        readonly Queue<byte[]> _datagrams = new();

        public void Put(byte[] datagram)
        {
            lock (_datagrams)
            {
                _datagrams.Enqueue(datagram);
                Monitor.Pulse(_datagrams);
            }
        }

        public byte[]? Take(int waitMilliseconds)
        {
            lock (_datagrams)
            {
                if (_datagrams.Count == 0)
                    Monitor.Wait(_datagrams, waitMilliseconds);
                _datagrams.TryDequeue(out var datagram);
                return datagram;
            }
        }
    }

    sealed class End(Pipe from, Pipe to) : DatagramTransport
    {
        const int Limit = 1280;

        public int GetReceiveLimit() => Limit;

        public int GetSendLimit() => Limit;

        public int Receive(byte[] buf, int off, int len, int waitMillis)
        {
            if (from.Take(waitMillis) is not { } datagram)
                return -1;
            datagram.CopyTo(buf, off);
            return datagram.Length;
        }

        public void Send(byte[] buf, int off, int len) => to.Put(buf.AsSpan(off, len).ToArray());

        public void Close()
        {
        }
    }

    sealed class Client() : PskTlsClient(new BasicTlsPskIdentity(Secrets.Identity, Secrets.Key))
    {
        public override ProtocolVersion ClientVersion => ProtocolVersion.DTLSv12;

        public override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

        public override int[] GetCipherSuites() => [(int)DtlsCipherSuite.PskAes128Ccm8];
    }

    sealed class Server() : PskTlsServer(new OneKey())
    {
        protected override ProtocolVersion MaximumVersion => ProtocolVersion.DTLSv12;

        protected override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

        protected override int[] GetCipherSuites() => [(int)DtlsCipherSuite.PskAes128Ccm8];
    }

    sealed class OneKey : TlsPskIdentityManager
    {
        public byte[] GetHint() => null!;

        /// <summary>BouncyCastle wipes the array it gets.</summary>
        public byte[] GetPsk(byte[] identity) => identity.AsSpan().SequenceEqual(Secrets.Identity) ? [.. Secrets.Key] : null!;
    }
}

sealed class BouncyHandshakes : ManagedSide
{
    readonly BouncyPair _pair = new();

    public override string Name => $"Portable.BouncyCastle {BouncyPair.Version}";

    public override string Remark => "two threads on the core, for it blocks; its server asks for no cookie";

    public override void Dispose() => _pair.Dispose();

    protected override void Step() => _pair.Handshake();
}

sealed class BouncyRecords : ManagedSide
{
    readonly BouncyPair _pair = new();

    public BouncyRecords() => _pair.Handshake();

    public override string Name => $"Portable.BouncyCastle {BouncyPair.Version}";

    public override string Remark => "one thread";

    public override void Dispose() => _pair.Dispose();

    protected override int CountPerStep => 2;

    protected override void Step() => _pair.Exchange();
}
