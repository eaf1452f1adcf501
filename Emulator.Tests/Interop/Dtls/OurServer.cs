using System.Net;
using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A server of ours that knows one identity; it sends to the client that connected last.</summary>
sealed class OurServer(DtlsServerOptions options, string identity, byte[] key) : OurEnd
{
    readonly DtlsServer _engine = new(options, new OneKey(Encoding.UTF8.GetBytes(identity), key), RandomNumberGenerator.Fill);

    public override void Send(byte[] data) => Act(_ => Assert.That(_engine.Send(Association, data), Is.True, "send"));

    public override void Close() => Act(_ => _engine.Close(Association));

    protected override TimeSpan NextDeadline => _engine.NextDeadline;

    long Association => All.Last(e => e.Kind == DtlsEventKind.Connected).Event.Association;

    protected override void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram) => _engine.HandleDatagram(now, from, datagram);

    protected override void HandleTimeout(TimeSpan now) => _engine.HandleTimeout(now);

    protected override bool TryTakeDatagram(out IPEndPoint to, out ReadOnlyMemory<byte> datagram) => _engine.TryTakeDatagram(out to, out datagram);

    protected override bool TryTakeEvent(out DtlsEvent dtlsEvent) => _engine.TryTakeEvent(out dtlsEvent);

    protected override void DisposeEngine() => _engine.Dispose();

    sealed class OneKey(byte[] known, byte[] value) : IPskStore
    {
        public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
        {
            key = [.. value];
            return identity.SequenceEqual(known);
        }
    }
}
