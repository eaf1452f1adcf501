using System.Net;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>A DTLS server in front of one of the platform's CoAP endpoints.</summary>
sealed class SecurePort(OneNetPort port, DtlsServerOptions options, Func<string, string?> keyOf, RandomFill random) : IDisposable
{
    readonly DtlsServer _server = new(options, new Keys(keyOf), random);

    public OneNetPort Port => port;
    public TimeSpan NextDeadline => _server.NextDeadline;
    public DtlsServer Server => _server;

    /// <summary>A handshake was completed here once.</summary>
    public bool HasHadSession => _server.Counters.Handshakes > 0;

    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram) => _server.HandleDatagram(now, from, datagram);

    public void HandleTimeout(TimeSpan now) => _server.HandleTimeout(now);

    /// <summary>Protects a message. False when the association is gone.</summary>
    public bool Send(CoapPeer to, ReadOnlySpan<byte> message) => _server.Send(to.Association, message);

    public void Forget(CoapPeer peer) => _server.Forget(peer.Association);

    public bool TryTakeDatagram(out OneNetDatagram datagram)
    {
        var any = _server.TryTakeDatagram(out var to, out var bytes);
        datagram = any ? new OneNetDatagram(port, to, bytes.ToArray()) : default;
        return any;
    }

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => _server.TryTakeEvent(out dtlsEvent);

    public void Dispose() => _server.Dispose();

    sealed class Keys(Func<string, string?> keyOf) : IPskStore
    {
        public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
        {
            var text = keyOf(Encoding.UTF8.GetString(identity));
            key = Encoding.UTF8.GetBytes(text ?? "");
            return text is not null;
        }
    }
}
