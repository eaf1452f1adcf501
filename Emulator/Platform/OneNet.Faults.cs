using M531x.Emulator.Faults;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Platform;

/// <content>Faults of CoAP, of LwM2M and of the platform.</content>
sealed partial class OneNet
{
    readonly Queue<CoapTransmit> _again = new();
    TimeSpan _now;

    /// <summary>Executes a fault that happens once. False when it is not the platform's.</summary>
    public bool TryExecute(TimeSpan now, string imei, ActiveFault fault)
    {
        _now = now;
        _byImei.TryGetValue(imei, out var device);
        switch (fault.Spec.Type.Name)
        {
            case "server-forgot-session":
                ForEachAssociation(port => port.Server.ForgetAll());
                break;
            case "close-notify":
                ForEachAssociation(port => port.Server.CloseAll());
                break;
            case "location-lost":
                if (device is not null)
                    _registrations.Remove(device.Endpoint);
                break;
            case "delete-device":
                if (device is not null)
                    DeleteDevice(now, device);
                break;
            case "psk-rotated":
                device?.BootstrapKey.Give(NewText(GeneratedPskLength));
                device?.AccessKey.Give(NewText(GeneratedPskLength));
                break;
            default:
                return false;
        }
        foreach (var port in (SecurePort[])[_secureBootstrap, _secureLwm2m])
            DrainSecure(now, port);
        Pump(now);
        return true;
    }

    void ForEachAssociation(Action<SecurePort> action)
    {
        action(_secureBootstrap);
        action(_secureLwm2m);
    }

    bool IsDead(string subject) => _options.Faults?.Fires(_now, "dead", FaultDirection.Up, subject, out _) == true;

    CoapCode? RefusalByFault(RegistrationAsked asked)
    {
        if (_options.Faults?.Fires(_now, "register-rejected", FaultDirection.Up, asked.Endpoint, out var fault) != true)
            return null;
        return fault.Text("code") switch
        {
            "4.00" => CoapCode.BadRequest,
            "5.00" => CoapCode.InternalServerError,
            "5.03" => CoapCode.ServiceUnavailable,
            _ => CoapCode.Forbidden,
        };
    }

    bool FailsByFault(BootstrapAsked asked) => _options.Faults?.Fires(_now, "bootstrap-fail", FaultDirection.Up, asked.Endpoint, out _) == true;

    /// <summary>A message of a device, in the clear.</summary>
    bool PassUp(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> bytes, out int copies)
    {
        bytes = message;
        copies = 1;
        if (_options.Faults is null || !CoapCodec.TryDecode(message, out var decoded, out _))
            return true;
        if (!Pass(decoded, FaultDirection.Up, out var changed, out copies))
            return false;
        if (changed != decoded)
            bytes = CoapCodec.Encode(changed);
        return true;
    }

    bool TryTakeFromLwm2mServer(out CoapTransmit transmit)
    {
        if (_again.TryDequeue(out transmit))
            return true;
        while (_endpoint.TryTakeTransmit(out transmit))
        {
            if (_options.Faults is null)
                return true;
            if (!Pass(transmit.Message, FaultDirection.Down, out var changed, out var copies))
                continue;
            if (changed != transmit.Message)
                transmit = transmit with { Message = changed, Datagram = CoapCodec.Encode(changed) };
            for (var i = 1; i < copies; i++)
                _again.Enqueue(transmit);
            return true;
        }
        return false;
    }

    /// <summary>False for a message that is lost.</summary>
    bool Pass(CoapMessage message, FaultDirection direction, out CoapMessage changed, out int copies)
    {
        changed = message;
        copies = 1;
        var faults = _options.Faults!;
        var subject = message.ToString();
        if (message.Type == CoapType.Acknowledgement && faults.Fires(_now, "ack-lost", direction, subject, out _))
            return false;
        if (message.Token.Length > 0 && faults.Fires(_now, "token-mismatch", direction, subject, out var token))
        {
            var other = new byte[message.Token.Length];
            token.Random.Fill(other);
            changed = new CoapMessage
            {
                Type = message.Type,
                Code = message.Code,
                MessageId = message.MessageId,
                Token = other,
                Options = message.Options,
                Payload = message.Payload,
            };
        }
        if (message.Type == CoapType.Confirmable && faults.Fires(_now, "duplicate-con", direction, subject, out _))
            copies = 2;
        return true;
    }
}
