using System.Net;
using System.Security.Cryptography;
using M531x.Dtls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A client of ours for the server at that loopback port.</summary>
sealed class OurClient : OurEnd
{
    readonly DtlsClient _engine;
    readonly IPEndPoint _server;

    public OurClient(DtlsClientOptions options, string identity, byte[] key, int serverPort)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _engine = new DtlsClient(options, System.Text.Encoding.UTF8.GetBytes(identity), key, RandomNumberGenerator.Fill);
        Act(_engine.Start);
    }

    public DtlsSession? Session => _engine.Session;

    public override void Send(byte[] data) => Act(_ => NUnit.Framework.Assert.That(_engine.Send(data), NUnit.Framework.Is.True, "send"));

    public override void Close() => Act(_ => _engine.Close());

    protected override TimeSpan NextDeadline => _engine.NextDeadline;

    protected override void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        if (from.Equals(_server))
            _engine.HandleDatagram(now, datagram);
    }

    protected override void HandleTimeout(TimeSpan now) => _engine.HandleTimeout(now);

    protected override bool TryTakeDatagram(out IPEndPoint to, out ReadOnlyMemory<byte> datagram)
    {
        to = _server;
        return _engine.TryTakeDatagram(out datagram);
    }

    protected override bool TryTakeEvent(out DtlsEvent dtlsEvent) => _engine.TryTakeEvent(out dtlsEvent);

    protected override void DisposeEngine() => _engine.Dispose();
}
