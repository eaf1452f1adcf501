using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Crypto.Tls;
using Org.BouncyCastle.Security;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Portable.BouncyCastle in this process. Its protocol blocks, so it has a thread.</summary>
sealed class BouncyPeer : Peer
{
    /// <summary>How long one receive blocks; nothing depends on it but how soon the thread sees that it is to end.</summary>
    const int PollMilliseconds = 20;

    readonly PeerSettings _settings;
    readonly BouncyTransport _transport;
    readonly object _lock = new();
    TlsSession? _session;
    DtlsTransport? _association;
    Thread? _thread;
    volatile bool _closing;

    public BouncyPeer(PeerSettings settings)
    {
        _settings = settings;
        _transport = new BouncyTransport(settings.ServerPort);
        Port = _transport.Port;
        Output = new LineLog("bouncy");
        Version = typeof(DtlsTransport).Assembly.GetName().Version!.ToString(3);
        if (settings.Role == PeerRole.Server)
            _thread = Start(() => { while (!_transport.IsDisposed) ServeClient(); });
    }

    public override void Tell(string command)
    {
        switch (command.Split(' '))
        {
            case ["open"]:
                Open(null);
                break;
            case ["resume"]:
                Open(_session ?? throw new InvalidOperationException("no session"));
                break;
            case ["send", var hex]:
                var data = Convert.FromHexString(hex);
                lock (_lock)
                    _association?.Send(data, 0, data.Length);
                Output.Add(_association is null ? "refused" : "sent");
                break;
            case ["close"]:
                _closing = true;
                break;
            default:
                throw new ArgumentException(command, nameof(command));
        }
    }

    public override void Dispose()
    {
        _transport.Dispose();
        _thread?.Join();
    }

    void Open(TlsSession? session)
    {
        _thread?.Join();
        _thread = Start(() =>
        {
            var client = new BouncyClient(_settings, Output, session);
            Serve(() => new DtlsClientProtocol(new SecureRandom()).Connect(client, _transport), () =>
            {
                _session = client.Session;
                Output.Add(client.Resumed ? "connected resumed" : "connected full");
            }, () => client.IsClosed);
        });
    }

    void ServeClient()
    {
        var server = new BouncyServer(_settings, Output);
        Serve(() => new DtlsServerProtocol(new SecureRandom()).Accept(server, _transport), () => Output.Add("connected full"), () => server.IsClosed);
    }

    /// <summary>One association from its handshake to its end.</summary>
    void Serve(Func<DtlsTransport> handshake, Action connected, Func<bool> isClosed)
    {
        try
        {
            var association = handshake();
            _closing = false;
            lock (_lock)
                _association = association;
            // The test may send from now on.
            connected();
            var buffer = new byte[association.GetReceiveLimit()];
            while (!_transport.IsDisposed && !_closing && !isClosed())
            {
                var length = association.Receive(buffer, 0, buffer.Length, PollMilliseconds);
                if (length >= 0)
                    Output.Add($"data {Convert.ToHexString(buffer, 0, length)}");
            }
            if (isClosed())
                Output.Add("closed");
            else
                association.Close();
        }
        catch (IOException e)
        {
            // Its alerts have been told where they came.
            if (!_transport.IsDisposed)
                Output.Add($"failed {e.Message} {e.InnerException}");
        }
        finally
        {
            lock (_lock)
                _association = null;
        }
    }

    static Thread Start(ThreadStart run)
    {
        var thread = new Thread(run) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
