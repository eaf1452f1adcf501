using M531x.Dtls;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// Access to the two servers: PSKs by identity, and authentication codes. A PSK identity is the device's IMEI, or the identity that a
/// bootstrap wrote or that the module uses.
/// </summary>
sealed class DeviceKeys(OneNetContext context, DeviceRegistry devices)
{
    const int GeneratedPskLength = 16;
    const int GeneratedIdentityLength = 8;
    const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Devices by PSK identity, for identities other than the IMEI.</summary>
    readonly Dictionary<(bool ForBootstrap, string Identity), DeviceRecord> _byIdentity = [];

    /// <summary>The device behind an endpoint name if it may use the server; otherwise null and the reason.</summary>
    public DeviceRecord? FindAllowed(bool forBootstrap, string endpointName, string? authCode, CoapPeer peer, out string refusal)
    {
        refusal = "";
        if (devices.FindByEndpoint(endpointName) is not { } device)
        {
            refusal = "unknown device";
            return null;
        }
        if (device.AuthCode is not null && authCode is null)
            refusal = "authentication code missing";
        else if (device.AuthCode is not null && device.AuthCode != authCode)
            refusal = "authentication code wrong";
        else if (peer.Identity is not null && FindDevice(forBootstrap, peer.Identity) != device)
            refusal = "PSK identity of another device";
        return refusal.Length == 0 ? device : null;
    }

    /// <summary>The valid PSK of an identity, or another one by the fault bad-psk; null for none.</summary>
    public string? FindKey(bool forBootstrap, string identity)
    {
        var key = FindDevice(forBootstrap, identity)?.KeyFor(forBootstrap);
        var value = key is not null && key.IsValid(context.Now) ? key.Value : null;
        if (context.TryTrigger("unknown-psk-identity", identity, out _))
            return null;
        return context.TryTrigger("bad-psk", identity, out _) && value is not null ? new string([.. value.Reverse(), '~']) : value;
    }

    public DeviceRecord? FindDevice(bool forBootstrap, string identity)
    {
        if (devices.FindByImei(identity) is { } device)
            return device;
        return _byIdentity.TryGetValue((forBootstrap, identity), out device) && device.KeyFor(forBootstrap).Identity == identity
            ? device
            : null;
    }

    /// <summary>Why the server finds no PSK for an identity, as text for a log.</summary>
    public string ExplainMissing(bool forBootstrap, string identity)
    {
        if (FindDevice(forBootstrap, identity) is not { } device)
            return "no device has this PSK identity";
        return device.KeyFor(forBootstrap) is { Value: not null } key && !key.IsValid(context.Now)
            ? "the PSK of the last bootstrap is over a month old"
            : "the device has no PSK";
    }

    /// <summary>A module uses this PSK: its provisioned device gets it, see <see cref="DeviceKey.TryAdopt"/>.</summary>
    public void Adopt(string imei, bool forBootstrap, PskCredential credential)
    {
        if (!context.Options.AutoProvision || devices.FindByImei(imei) is not { IsProvisioned: true } device)
            return;
        if (device.KeyFor(forBootstrap).TryAdopt(credential.Identity, credential.Key))
            _byIdentity[(forBootstrap, credential.Identity)] = device;
    }

    /// <summary>The LwM2M account that a bootstrap writes. Through DTLS every bootstrap makes a new key (manual §5.4.2.4).</summary>
    public SecurityInstance NewAccount(DeviceRecord device, CoapPeer peer)
    {
        if (peer.Identity is null)
            return new SecurityInstance(context.Options.Lwm2mUri);
        var identity = $"{device.Imei}-{NewText(GeneratedIdentityLength)}";
        var key = NewText(GeneratedPskLength);
        if (device.AccessKey.Identity is { } former)
            _byIdentity.Remove((false, former));
        device.AccessKey.Grant(context.Now, identity, key);
        _byIdentity[(false, identity)] = device;
        return new SecurityInstance(context.Options.SecureLwm2mUri) { PskIdentity = identity, PskKey = key };
    }

    /// <summary>Gives a device two new PSKs that it does not know.</summary>
    public void Rotate(DeviceRecord device)
    {
        device.BootstrapKey.Assign(NewText(GeneratedPskLength));
        device.AccessKey.Assign(NewText(GeneratedPskLength));
    }

    /// <summary>Forgets the identities of a device.</summary>
    public void Remove(DeviceRecord device)
    {
        foreach (var identity in _byIdentity.Where(i => i.Value == device).Select(i => i.Key).ToList())
            _byIdentity.Remove(identity);
    }

    /// <summary>Letters and digits, all equally likely.</summary>
    string NewText(int length)
    {
        Span<byte> draw = stackalloc byte[1];
        var text = new char[length];
        for (var i = 0; i < length;)
        {
            context.SecureRandom(draw);
            if (draw[0] < byte.MaxValue / KeyAlphabet.Length * KeyAlphabet.Length)
                text[i++] = KeyAlphabet[draw[0] % KeyAlphabet.Length];
        }
        return new string(text);
    }
}
