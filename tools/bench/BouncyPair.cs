using System.Reflection;
using M531x.Dtls;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace M531x.Tools.Bench;

/// <summary>BouncyCastle's client and server. Its handshakes block, so the server has a thread of its own on the same core.</summary>
sealed class BouncyPair : IDisposable
{
    const int WaitMilliseconds = 5000;

    readonly BcTlsCrypto _crypto = new(new SecureRandom());
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

    /// <summary>Of the package; the assembly version is 2.0.0 in every release.</summary>
    public static string Version =>
        typeof(DtlsTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public void Handshake()
    {
        (_toServer, _toClient) = (new Pipe(), new Pipe());
        _begin.Release();
        _client = new DtlsClientProtocol().Connect(new Client(_crypto), new End(_toClient, _toServer));
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
            _server = new DtlsServerProtocol().Accept(new Server(_crypto), new End(_toServer, _toClient));
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

        public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

        public int Receive(Span<byte> buffer, int waitMillis)
        {
            if (from.Take(waitMillis) is not { } datagram)
                return -1;
            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

        public void Send(ReadOnlySpan<byte> buffer) => to.Put(buffer.ToArray());

        public void Close()
        {
        }
    }

    sealed class Client(TlsCrypto crypto) : PskTlsClient(crypto, new BasicTlsPskIdentity(Secrets.Identity, Secrets.Key))
    {
        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

        protected override int[] GetSupportedCipherSuites() => [(int)DtlsCipherSuite.PskAes128Ccm8];
    }

    sealed class Server(TlsCrypto crypto) : PskTlsServer(crypto, new OneKey())
    {
        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

        protected override int[] GetSupportedCipherSuites() => [(int)DtlsCipherSuite.PskAes128Ccm8];
    }

    sealed class OneKey : TlsPskIdentityManager
    {
        public byte[] GetHint() => null!;

        /// <summary>A copy, because BouncyCastle wipes the array.</summary>
        public byte[] GetPsk(byte[] identity) => identity.AsSpan().SequenceEqual(Secrets.Identity) ? [.. Secrets.Key] : null!;
    }
}

sealed class BouncyHandshakes : ManagedSide
{
    readonly BouncyPair _pair = new();

    public override string Name => $"BouncyCastle {BouncyPair.Version}";

    public override string Remark => "two threads on the core, for it blocks; its server asks for no cookie";

    public override void Dispose() => _pair.Dispose();

    protected override void Step() => _pair.Handshake();
}

sealed class BouncyRecords : ManagedSide
{
    readonly BouncyPair _pair = new();

    public BouncyRecords() => _pair.Handshake();

    public override string Name => $"BouncyCastle {BouncyPair.Version}";

    public override string Remark => "one thread";

    public override void Dispose() => _pair.Dispose();

    protected override int CountPerStep => 2;

    protected override void Step() => _pair.Exchange();
}
