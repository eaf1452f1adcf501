using System.Net;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>A DTLS server in front of one of the platform's CoAP endpoints.</summary>
sealed class SecurePort(OneNetPort port, DtlsServerOptions options, DeviceKeys keys, RandomFill random) : IDisposable
{
    readonly DtlsServer _server = new(options, new PskStore(keys, port == OneNetPort.BootstrapDtls), random);

    public OneNetPort Port => port;
    public bool IsBootstrap => port == OneNetPort.BootstrapDtls;
    public TimeSpan NextDeadline => _server.NextDeadline;

    /// <summary>Whether a handshake has been completed here.</summary>
    public bool HasHadSession => _server.Counters.Handshakes > 0;

    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram) => _server.HandleDatagram(now, from, datagram);

    public void HandleTimeout(TimeSpan now) => _server.HandleTimeout(now);

    /// <summary>Protects a message. False when there is no such association.</summary>
    public bool Send(CoapPeer to, ReadOnlySpan<byte> message) => _server.Send(to.Association, message);

    public void Forget(CoapPeer peer) => _server.Forget(peer.Association);

    /// <summary>Forgets all associations, as a server does that was restarted.</summary>
    public void ForgetAll() => _server.ForgetAll();

    /// <summary>Ends all associations with close_notify.</summary>
    public void CloseAll() => _server.CloseAll();

    /// <summary>Ends all associations with a fatal alert.</summary>
    public void AbortAll(DtlsAlert alert) => _server.AbortAll(alert);

    /// <summary>Makes the cookies of handshakes under way invalid.</summary>
    public void ChangeCookies() => _server.ChangeCookies();

    public bool TryTakeDatagram(out OneNetDatagram datagram)
    {
        var any = _server.TryTakeDatagram(out var to, out var bytes);
        datagram = any ? new OneNetDatagram(port, to, bytes.ToArray()) : default;
        return any;
    }

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => _server.TryTakeEvent(out dtlsEvent);

    public void Dispose() => _server.Dispose();

    sealed class PskStore(DeviceKeys keys, bool forBootstrap) : IPskStore
    {
        public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
        {
            var text = keys.FindKey(forBootstrap, Encoding.UTF8.GetString(identity));
            key = Encoding.UTF8.GetBytes(text ?? "");
            return text is not null;
        }
    }
}
