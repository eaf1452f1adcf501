using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    const int GeneratedPskLength = 16;
    const int GeneratedIdentityLength = 8;
    const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    void HandleBootstrap(TimeSpan now, BootstrapEvent bootstrapEvent)
    {
        switch (bootstrapEvent)
        {
            case BootstrapAsked asked:
                if (_context.TryTrigger("bootstrap-fail", asked.Endpoint, out _))
                {
                    _bootstrap.Refuse(now, asked, CoapCode.InternalServerError);
                    _context.Emit(new AccessRefused(now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, CoapCode.InternalServerError, "fault bootstrap-fail"));
                    break;
                }
                if (FindAllowed(forBootstrap: true, asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal) is not { } device)
                {
                    _bootstrap.Refuse(now, asked, CoapCode.Forbidden);
                    _context.Emit(new AccessRefused(now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, CoapCode.Forbidden, refusal));
                    break;
                }
                _context.Emit(new BootstrapStarted(now, asked.Endpoint, asked.Peer.Address));
                // Instance 0 is the LwM2M server. The module keeps its bootstrap account itself and refuses any object but 0.
                var missing = _context.TryTrigger("bootstrap-partial", asked.Endpoint, out var partial) ? partial.Text("missing") : "";
                IReadOnlyList<BootstrapWrite> writes = missing == "account" ? [] : [new BootstrapWrite(new ResourcePath(0, 0), AccountOf(now, device, asked.Peer).Encode())];
                _bootstrap.Begin(now, asked, writes, finishes: missing != "finish");
                break;
            case BootstrapFinished finished:
                _context.Emit(new BootstrapCompleted(now, finished.Endpoint));
                break;
            case BootstrapFailed failed:
                _context.Emit(new BootstrapAborted(now, failed.Endpoint, failed.Reason, failed.Code));
                break;
        }
    }

    /// <summary>The LwM2M account to write. Behind DTLS every bootstrap makes a new key (manual §5.4.2.4).</summary>
    SecurityInstance AccountOf(TimeSpan now, DeviceRecord device, CoapPeer peer)
    {
        if (peer.Identity is null)
            return new SecurityInstance(_options.Lwm2mUri);
        var identity = $"{device.Imei}-{NewText(GeneratedIdentityLength)}";
        var key = NewText(GeneratedPskLength);
        if (device.AccessKey.Identity is { } former)
            _byIdentity.Remove((false, former));
        device.AccessKey.Grant(now, identity, key);
        _byIdentity[(false, identity)] = device;
        return new SecurityInstance(_options.SecureLwm2mUri) { PskIdentity = identity, PskKey = key };
    }

    /// <summary>Letters and digits, each as likely as the others.</summary>
    string NewText(int length)
    {
        Span<byte> draw = stackalloc byte[1];
        var text = new char[length];
        for (var i = 0; i < length;)
        {
            _context.SecureRandom(draw);
            if (draw[0] < byte.MaxValue / KeyAlphabet.Length * KeyAlphabet.Length)
                text[i++] = KeyAlphabet[draw[0] % KeyAlphabet.Length];
        }
        return new string(text);
    }

    /// <summary>The device behind an endpoint name if it may come in; else null and why not.</summary>
    DeviceRecord? FindAllowed(bool forBootstrap, string endpointName, string? authCode, CoapPeer peer, out string refusal)
    {
        refusal = "";
        if (!_byEndpoint.TryGetValue(endpointName, out var device))
            refusal = "unknown device";
        else if (device.AuthCode is not null && authCode is null)
            refusal = "authentication code missing";
        else if (device.AuthCode is not null && device.AuthCode != authCode)
            refusal = "authentication code wrong";
        else if (peer.Identity is not null && FindByIdentity(forBootstrap, peer.Identity) != device)
            refusal = "PSK identity of another device";
        return refusal.Length == 0 ? device : null;
    }
}
