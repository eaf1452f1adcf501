using System.Net;
using System.Text;
using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <content>Faults of CoAP, of LwM2M and of the platform.</content>
sealed partial class OneNet
{
    readonly FaultyEndpoint _bootstrapLayer;
    readonly FaultyEndpoint _lwm2mLayer;

    /// <summary>What the platform does later than it could.</summary>
    readonly PriorityQueue<Action<TimeSpan>, (TimeSpan At, long Order)> _deferred = new();

    /// <summary>Alerts in answer to a ClientHello.</summary>
    readonly Queue<OneNetDatagram> _refusals = [];
    long _deferrals;

    TimeSpan NextDeferred => _deferred.TryPeek(out _, out var at) ? at.At : TimeSpan.MaxValue;

    /// <summary>Begins or ends a fault. False when it is not the platform's.</summary>
    public bool TryApply(TimeSpan now, string imei, ActiveFault fault, bool begins)
    {
        _context.Now = now;
        var device = _devices.FindByImei(imei);
        if (!TryApplyToAssociations(fault) && !TryApplyToDevice(now, device, fault) && !TryTurn(fault, begins))
            return false;
        foreach (var port in (SecurePort[])[_secureBootstrap, _secureLwm2m])
            DrainSecure(now, port);
        Pump(now);
        return true;
    }

    bool TryApplyToAssociations(ActiveFault fault)
    {
        Action<SecurePort>? action = fault.Spec.Type.Name switch
        {
            "server-forgot-session" => port => port.Server.ForgetAll(),
            "close-notify" => port => port.Server.CloseAll(),
            "alert" => port => port.Server.AbortAll(Enum.Parse<DtlsAlert>(fault.Text("code").Replace("_", "", StringComparison.Ordinal), ignoreCase: true)),
            _ => null,
        };
        action?.Invoke(_secureBootstrap);
        action?.Invoke(_secureLwm2m);
        return action is not null;
    }

    bool TryApplyToDevice(TimeSpan now, DeviceRecord? device, ActiveFault fault)
    {
        switch (fault.Spec.Type.Name)
        {
            case "location-lost":
                if (device is not null)
                    _registrations.Remove(device.Endpoint);
                return true;
            case "delete-device":
                if (device is not null)
                    Delete(now, device);
                return true;
            case "psk-rotated":
                if (device is not null)
                    _keys.Rotate(device);
                return true;
            case "observe-cancel":
                foreach (var path in PathsObserved(device))
                    _downlinks.Send(device!.Session!, DownlinkCommand.CancelObserve(path));
                return true;
            case "observe-storm":
                for (var rounds = (int)fault.Number("rounds"); rounds > 0; rounds--)
                {
                    foreach (var path in PathsObserved(device))
                        _downlinks.Send(device!.Session!, DownlinkCommand.Observe(path));
                }
                return true;
            case "write-large":
                if (device?.Session is { } session)
                    WriteLarge(session, fault);
                return true;
            default:
                return false;
        }
    }

    bool TryTurn(ActiveFault fault, bool begins)
    {
        if (fault.Spec.Type.Name != "clock-skew")
            return false;
        var by = fault.Duration("by");
        _context.SkewClock(!begins ? TimeSpan.Zero : fault.Text("way") == "behind" ? -by : by);
        return true;
    }

    static List<ResourcePath> PathsObserved(DeviceRecord? device) => [.. device?.Session?.ObservedPaths ?? []];

    void WriteLarge(DeviceSession session, ActiveFault fault)
    {
        if (!ResourcePath.TryParse(fault.Text("path").TrimStart('/').Split('/'), out var path))
            return;
        var payload = new List<byte>();
        Tlv.Write(payload, TlvKind.Resource, path.Resource!.Value, Encoding.ASCII.GetBytes(new string('x', (int)fault.Number("bytes"))));
        _downlinks.Send(session, DownlinkCommand.Write(new ResourcePath(path.Object, path.Instance), CoapCode.Post, payload.ToArray()));
    }

    bool IsDead(string subject) => _context.TryTrigger("dead", subject, out _);

    CoapCode? RefusalByFault(RegistrationAsked asked)
    {
        if (!_context.TryTrigger("register-rejected", asked.Endpoint, out var fault))
            return null;
        return fault.Text("code") switch
        {
            "4.00" => CoapCode.BadRequest,
            "5.00" => CoapCode.InternalServerError,
            "5.03" => CoapCode.ServiceUnavailable,
            _ => CoapCode.Forbidden,
        };
    }

    /// <summary>A request that is acknowledged at once and answered later.</summary>
    bool IsAnsweredLater(TimeSpan now, CoapEndpoint endpoint, CoapEvent coapEvent, Action<TimeSpan, CoapEvent> handle)
    {
        if (coapEvent is not CoapRequestReceived received || !_context.TryTrigger("separate-response", received.Request.ToString(), out var fault))
            return false;
        endpoint.Acknowledge(now, received.Exchange);
        Defer(now + fault.Duration("delay"), then => handle(then, coapEvent));
        return true;
    }

    bool IsRegisteredLater(TimeSpan now, RegistrationAsked asked)
    {
        if (!_context.TryTrigger("register-slow", asked.Endpoint, out var fault))
            return false;
        Defer(now + fault.Duration("delay"), then => Register(then, asked));
        return true;
    }

    void Defer(TimeSpan at, Action<TimeSpan> action) => _deferred.Enqueue(action, (at, _deferrals++));

    void DoDeferred(TimeSpan now)
    {
        while (NextDeferred <= now)
            _deferred.Dequeue()(now);
    }

    /// <summary>A ClientHello that a fault answers, or whose cookie it makes worthless. False when nothing is left to do.</summary>
    bool PassHello(SecurePort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        var glance = new DtlsGlance(bytes);
        if (!glance.IsClientHello)
            return true;
        if (_context.TryTrigger("renegotiation-refused", from.ToString(), out _, _ => port.HasHadSession))
        {
            _refusals.Enqueue(new OneNetDatagram(port.Port, from, glance.Alert(DtlsAlert.HandshakeFailure)));
            return false;
        }
        if (glance.HasCookie && _context.TryTrigger("cookie-changes", from.ToString(), out _))
            port.Server.ChangeCookies();
        return true;
    }
}
