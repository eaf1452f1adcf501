using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    readonly Dictionary<long, Downlink> _downlinks = [];
    readonly Dictionary<long, (DeviceSession Session, ResourcePath Path)> _observed = [];

    void Read(TimeSpan now, DeviceSession session, ResourcePath path, long call) =>
        Send(now, new Downlink(session, DownlinkKind.Read, path, call), CoapCode.Get,
            [CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Tlv)]);

    void Discover(TimeSpan now, DeviceSession session, ResourcePath path, long call) =>
        Send(now, new Downlink(session, DownlinkKind.Discover, path, call), CoapCode.Get,
            [CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link)]);

    /// <summary>Starts an observation; one on the same path is renewed on its token.</summary>
    void Observe(TimeSpan now, DeviceSession session, ResourcePath path, long call)
    {
        var token = session.Observations.TryGetValue(path, out var existing) ? existing.Token : _context.NewToken();
        DropObservation(session, path);
        var exchange = Send(now, new Downlink(session, DownlinkKind.Observe, path, call), CoapCode.Get,
            [CoapOptions.UInt(CoapOptionNumber.Observe, 0)], token: token);
        session.Observations[path] = new Observation(exchange, token);
        _observed[exchange] = (session, path);
    }

    /// <summary>Ends an observation with Observe 1 on its token; the device answers 4.04 when there is none.</summary>
    void CancelObserve(TimeSpan now, DeviceSession session, ResourcePath path, long call)
    {
        var token = session.Observations.TryGetValue(path, out var existing) ? existing.Token : _context.NewToken();
        DropObservation(session, path);
        Send(now, new Downlink(session, DownlinkKind.CancelObserve, path, call), CoapCode.Get,
            [CoapOptions.UInt(CoapOptionNumber.Observe, 1)], token: token);
    }

    /// <summary>Sends a request; <paramref name="options"/> come without the path.</summary>
    long Send(
        TimeSpan now, Downlink downlink, CoapCode method, IReadOnlyList<CoapOption> options,
        ReadOnlyMemory<byte> payload = default, ReadOnlyMemory<byte>? token = null)
    {
        // Who repeats a request in a message of its own does so when the schedule of the first is over (RFC 7252 §4.2).
        TimeSpan? lastWait = downlink.Again is not null || downlink.Ended is not null ? TimeSpan.Zero : null;
        var all = downlink.Session.UriPath(downlink.Path).Concat(options).OrderBy(o => o.Number).ToList();
        var request = new CoapRequest(method, all, payload) { Token = token, MinLastWait = lastWait };
        var exchange = _endpoint.SendRequest(now, downlink.Session.Registration.Peer, request);
        _downlinks[exchange] = downlink;
        downlink.Session.Exchanges.Add(exchange);
        if (_pending.TryGetValue(downlink.Call, out var call))
            call.Exchange = exchange;
        return exchange;
    }

    void HandleResponse(TimeSpan now, long exchange, CoapMessage response)
    {
        if (!_downlinks.Remove(exchange, out var downlink))
            return;
        downlink.Session.Exchanges.Remove(exchange);
        if (downlink.IsObservation && (!response.Code.IsSuccess || response.Observe is null))
            DropObservation(downlink.Session, downlink.Path);
        if (downlink.Next is { } next && (response.Code == CoapCode.Changed || response.Code == CoapCode.Continue))
        {
            if (downlink.Kind == DownlinkKind.WriteAttributes)
                _context.Emit(new DownlinkAnswered(now, downlink.Session.Device.Imei, downlink.Kind, downlink.Path, response.Code));
            next(now, response);
            return;
        }
        if (response.Code == CoapCode.Content && !TryTakeWhole(now, downlink, ref response))
            return;
        _context.Emit(new DownlinkAnswered(now, downlink.Session.Device.Imei, downlink.Kind, downlink.Path, response.Code));
        if (downlink.Ended is { } ended)
            ended(now, response, null);
        else if (!response.Code.IsSuccess)
            Answer(now, downlink.Call, ApiResult.Unsuccessful(CommandFailures.Of(response.Code)));
        else
            Complete(now, downlink, response);
    }

    void Complete(TimeSpan now, Downlink downlink, CoapMessage response)
    {
        switch (downlink.Kind)
        {
            case DownlinkKind.Observe:
                // The module's first answer is empty; a standard client's carries the present value.
                if (!response.Payload.IsEmpty)
                    _reports.Store(downlink.Session.Device, downlink.Path, response);
                Answer(now, downlink.Call, ApiResult.Success());
                break;
            case DownlinkKind.Discover:
                CompleteDiscover(now, downlink, response);
                break;
            case DownlinkKind.Read when downlink.Call != 0:
                Answer(now, downlink.Call, ContentReader.TryRead(response, downlink.Path, out var values)
                    ? ApiResult.Success(InstancesOf(values))
                    : ApiResult.Unsuccessful(CommandFailure.BadResponse));
                break;
            default:
                Answer(now, downlink.Call, ApiResult.Success());
                break;
        }
    }

    void HandleFailure(TimeSpan now, long exchange, CoapFailure reason)
    {
        if (!_downlinks.Remove(exchange, out var downlink))
            return;
        downlink.Session.Exchanges.Remove(exchange);
        if (downlink.IsObservation)
            DropObservation(downlink.Session, downlink.Path);
        _context.Emit(new DownlinkFailed(now, downlink.Session.Device.Imei, downlink.Kind, downlink.Path, reason));
        if (downlink.Ended is { } ended)
            ended(now, null, reason);
        else if (reason == CoapFailure.Timeout && downlink.Again is { } again && _pending.ContainsKey(downlink.Call))
            again(now);
        else
            Answer(now, downlink.Call, ApiResult.Unsuccessful(reason == CoapFailure.Reset ? CommandFailure.BadResponse : CommandFailure.TimedOut));
    }

    void DropObservation(DeviceSession session, ResourcePath path)
    {
        if (!session.Observations.Remove(path, out var observation))
            return;
        _observed.Remove(observation.Exchange);
        _downlinks.Remove(observation.Exchange);
        session.Exchanges.Remove(observation.Exchange);
        _endpoint.Cancel(observation.Exchange);
    }
}
