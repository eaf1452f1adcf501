using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Platform;

sealed partial class OneNet
{
    const int GeneratedPskLength = 16;
    const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    void HandleBootstrap(TimeSpan now, BootstrapEvent bootstrapEvent)
    {
        switch (bootstrapEvent)
        {
            case BootstrapAsked asked:
                if (FindAllowed(asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal) is not { } device)
                {
                    _bootstrap.Refuse(now, asked, CoapCode.Forbidden);
                    Tell(new AccessRefused(now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, CoapCode.Forbidden, refusal));
                    break;
                }
                Tell(new BootstrapStarted(now, asked.Endpoint, asked.Peer.Address));
                // Instance 0 is the LwM2M server. The module keeps its bootstrap account itself and refuses any object but 0.
                _bootstrap.Begin(now, asked, [new BootstrapWrite(new ResourcePath(0, 0), AccountOf(device, asked.Peer).Encode())]);
                break;
            case BootstrapFinished finished:
                Tell(new BootstrapCompleted(now, finished.Endpoint));
                break;
            case BootstrapFailed failed:
                Tell(new BootstrapAborted(now, failed.Endpoint, failed.Reason, failed.Code));
                break;
        }
    }

    /// <summary>The LwM2M account to write. Behind DTLS every bootstrap makes a new key (manual §5.4.2.4).</summary>
    SecurityInstance AccountOf(DeviceRecord device, CoapPeer peer)
    {
        if (peer.Identity is null)
            return new SecurityInstance(_options.Lwm2mUri);
        device.AccessPsk = string.Create(GeneratedPskLength, _random, static (key, random) =>
        {
            for (var i = 0; i < key.Length; i++)
                key[i] = KeyAlphabet[random.Next(KeyAlphabet.Length)];
        });
        return new SecurityInstance(_options.SecureLwm2mUri) { PskIdentity = device.Imei, PskKey = device.AccessPsk };
    }

    /// <summary>The device behind an endpoint name if it may come in; else null and why not.</summary>
    DeviceRecord? FindAllowed(string endpointName, string? authCode, CoapPeer peer, out string refusal)
    {
        refusal = "";
        if (!_byEndpoint.TryGetValue(endpointName, out var device))
            refusal = "unknown device";
        else if (device.AuthCode is not null && authCode is null)
            refusal = "authentication code missing";
        else if (device.AuthCode is not null && device.AuthCode != authCode)
            refusal = "authentication code wrong";
        else if (peer.Identity is not null && peer.Identity != device.Imei)
            refusal = "PSK identity of another device";
        return refusal.Length == 0 ? device : null;
    }
}
