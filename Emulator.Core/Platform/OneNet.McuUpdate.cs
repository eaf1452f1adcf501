using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <content>
/// Updates of an MCU's software over object 5 (OneNET's SOTA document for the M531X). What on OneNET is a page of its console is here
/// POST, GET and DELETE /nbiot/sota.
/// </content>
sealed partial class OneNet
{
    /// <summary>More than any M531X board's MCU has room for.</summary>
    internal const int MaxMcuPackageBytes = 256 * 1024;

    const int MaxUpdateRestarts = 3;
    const int FirmwareObject = 5;
    const int InitialResult = 0;
    const int SuccessResult = 1;

    static readonly ResourcePath McuPackage = new(FirmwareObject, 0, 0);

    /// <summary>An update fails when the device is silent so long: it may sleep, or have lost the network.</summary>
    static readonly TimeSpan UpdatePatience = TimeSpan.FromMinutes(10);

    readonly Dictionary<DeviceRecord, McuUpdate> _updates = [];

    /// <summary>POST /nbiot/sota?imei=…[&amp;version=…] with the package as its body; it is answered at once and goes on by itself.</summary>
    ApiResult StartUpdate(TimeSpan now, ApiRequest request)
    {
        if (FindUpdatable(request, out var parameters, out var device) is { } fault)
            return fault;
        if (request.Body.IsEmpty)
            return ApiResult.Required("body (the package)");
        if (request.Body.Length > MaxMcuPackageBytes)
            return ApiResult.Limit($"the package is {request.Body.Length} bytes, over {MaxMcuPackageBytes}");
        if (device.Session is not { } session)
            return ApiResult.NotOnline();
        if (!session.Registration.Objects.Any(o => o.Object == FirmwareObject && o.Instances.Contains(0)))
            return ApiResult.Unsuccessful(CommandFailure.NotFound, "the device registers no 5/0; AT+MIPLSOTAVER comes before AT+MIPLOPEN");
        if (_updates.TryGetValue(device, out var former) && !former.IsOver)
            return ApiResult.Limit("an update of this device is under way");
        var update = _updates[device] = new McuUpdate(request.Body, parameters.OptionalText("version"));
        Enter(now, device, update, McuUpdateStep.Begin);
        return ApiResult.Success(update.Describe());
    }

    ApiResult ShowUpdate(ApiRequest request)
    {
        if (FindUpdatable(request, out _, out var device) is { } fault)
            return fault;
        return _updates.TryGetValue(device, out var update) ? ApiResult.Success(update.Describe()) : ApiResult.Required("an update (none was started)");
    }

    ApiResult CancelUpdate(TimeSpan now, ApiRequest request)
    {
        if (FindUpdatable(request, out _, out var device) is { } fault)
            return fault;
        if (!_updates.TryGetValue(device, out var update) || update.IsOver)
            return ApiResult.Required("an update (none is under way)");
        Finish(now, device, update, McuUpdateStep.Cancelled, "");
        return ApiResult.Success(update.Describe());
    }

    ApiResult? FindUpdatable(ApiRequest request, out ApiParameters parameters, out DeviceRecord device)
    {
        device = null!;
        parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        if (parameters.Fault is { } fault)
            return fault;
        device = _devices.FindByImei(imei)!;
        return device is null ? ApiResult.UnknownImei(imei) : null;
    }

    /// <summary>The device has registered: after the restart that an update is, or in the middle of it.</summary>
    void ContinueUpdate(TimeSpan now, DeviceRecord device)
    {
        if (_updates.TryGetValue(device, out var update) && !update.IsOver)
            Enter(now, device, update, IsRestarting(update) ? McuUpdateStep.BeginCheck : update.Step);
    }

    /// <summary>The device has updated its registration: an MCU that was restarted alone says so.</summary>
    void CheckUpdate(TimeSpan now, DeviceRecord device)
    {
        if (_updates.TryGetValue(device, out var update) && IsRestarting(update))
            Enter(now, device, update, McuUpdateStep.BeginCheck);
    }

    /// <summary>The answer to 5/0/2 may be lost, or never be given.</summary>
    static bool IsRestarting(McuUpdate update) => update.Step is McuUpdateStep.Update or McuUpdateStep.Return;

    void Enter(TimeSpan now, DeviceRecord device, McuUpdate update, McuUpdateStep step)
    {
        WithdrawRequest(update);
        update.Step = step;
        update.Deadline = now + UpdatePatience;
        if (step == McuUpdateStep.Begin)
            (update.Offset, update.Szx, update.Token) = (0, BlockSzx, _context.NewToken());
        _context.Emit(new McuUpdateMoved(now, device.Imei, step, ""));
        Ask(now, device, update);
    }

    /// <summary>Sends what the step asks of the device; offline devices get it when they are back.</summary>
    void Ask(TimeSpan now, DeviceRecord device, McuUpdate update)
    {
        if (device.Session is not { } session)
            return;
        switch (update.Step)
        {
            case McuUpdateStep.Begin or McuUpdateStep.BeginCheck:
                Request(DownlinkKind.Execute, new ResourcePath(FirmwareObject, 0, 26550), CoapCode.Post, []);
                break;
            case McuUpdateStep.ReadSpace or McuUpdateStep.CheckSpace:
                ReadFrom(new ResourcePath(3, 0, 26261));
                break;
            case McuUpdateStep.ReadVersion or McuUpdateStep.CheckVersion:
                ReadFrom(new ResourcePath(3, 0, 19));
                break;
            case McuUpdateStep.ReadState or McuUpdateStep.CheckState:
                ReadFrom(new ResourcePath(FirmwareObject, 0));
                break;
            case McuUpdateStep.ReadBattery or McuUpdateStep.ReadBatteryAgain or McuUpdateStep.CheckBattery:
                ReadFrom(new ResourcePath(3, 0, 9));
                break;
            case McuUpdateStep.Download:
                Request(DownlinkKind.Execute, new ResourcePath(FirmwareObject, 0, 26501), CoapCode.Post, []);
                break;
            case McuUpdateStep.Package:
                var (block, bytes) = NextBlock(update);
                Request(DownlinkKind.Write, McuPackage, CoapCode.Put,
                [
                    CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.OctetStream),
                    CoapOptions.Block(CoapOptionNumber.Block1, block),
                ], bytes);
                break;
            case McuUpdateStep.Update:
                Request(DownlinkKind.Execute, new ResourcePath(FirmwareObject, 0, 2), CoapCode.Post, []);
                break;
            case McuUpdateStep.End:
                Request(DownlinkKind.Write, McuPackage, CoapCode.Put, [CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.OctetStream)]);
                break;
        }

        void ReadFrom(ResourcePath path) => Request(DownlinkKind.Read, path, CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Tlv)]);

        void Request(DownlinkKind kind, ResourcePath path, CoapCode method, IReadOnlyList<CoapOption> options, ReadOnlyMemory<byte> payload = default)
        {
            var downlink = new Downlink(session, kind, path, Call: 0)
            {
                Ended = (then, response, failure) => TakeStep(then, device, update, path, response, failure),
            };
            update.Exchange = Send(now, downlink, method, options, payload, kind == DownlinkKind.Write ? update.Token : null);
        }
    }

    static (CoapBlock Block, ReadOnlyMemory<byte> Bytes) NextBlock(McuUpdate update)
    {
        var size = new CoapBlock(0, false, update.Szx).Size;
        var end = Math.Min(update.Package.Length, update.Offset + size);
        return (new CoapBlock(update.Offset / size, end < update.Package.Length, update.Szx), update.Package[update.Offset..end]);
    }

    void TakeStep(TimeSpan now, DeviceRecord device, McuUpdate update, ResourcePath path, CoapMessage? response, CoapFailure? failure)
    {
        update.Exchange = 0;
        if (response is null)
        {
            // Silence is no answer: the same again, until the device has been silent for too long.
            if (failure == CoapFailure.Timeout)
                Ask(now, device, update);
            else
                Finish(now, device, update, McuUpdateStep.Failed, $"{path} was reset");
            return;
        }
        update.Deadline = now + UpdatePatience;
        if (response.Code == CoapCode.RequestEntityIncomplete && update.Step == McuUpdateStep.Package && update.Restarts < MaxUpdateRestarts)
        {
            update.Restarts++;
            Enter(now, device, update, McuUpdateStep.Begin);
        }
        else if (!response.Code.IsSuccess)
            Finish(now, device, update, McuUpdateStep.Failed, $"{path} was answered {response.Code}");
        else if (update.Step == McuUpdateStep.Package)
            TakeStored(now, device, update, response);
        else if (response.Code == CoapCode.Content && !Note(update, path, response))
            Finish(now, device, update, McuUpdateStep.Failed, $"the answer to a read of {path} is not readable");
        else if (update.Step == McuUpdateStep.End)
            Finish(now, device, update, McuUpdateStep.Succeeded, "");
        else if (WhatIsWrong(update) is { } wrong)
            Finish(now, device, update, McuUpdateStep.Failed, wrong);
        else
            Enter(now, device, update, update.Step + 1);
    }

    /// <summary>The MCU has the block; the device may ask for smaller ones (RFC 7959 §2.3).</summary>
    void TakeStored(TimeSpan now, DeviceRecord device, McuUpdate update, CoapMessage response)
    {
        var (block, bytes) = NextBlock(update);
        update.Offset += bytes.Length;
        update.Szx = Math.Min(update.Szx, response.Block1?.Szx ?? update.Szx);
        if (block.More)
            Ask(now, device, update);
        else
            Enter(now, device, update, McuUpdateStep.ReadBatteryAgain);
    }

    /// <summary>Keeps what a read said under the name the API shows; false when it cannot be read.</summary>
    static bool Note(McuUpdate update, ResourcePath path, CoapMessage response)
    {
        if (!ContentReader.TryRead(response, path, out var values))
            return false;
        foreach (var value in values)
        {
            var name = (path.Object, value.Resource) switch
            {
                (3, 9) => "battery",
                (3, 19) => update.Step == McuUpdateStep.ReadVersion ? "version_before" : "version",
                (3, 26261) => "space",
                (FirmwareObject, 3) => "state",
                (FirmwareObject, 5) => "result",
                _ => $"{path.Object}_{value.Instance}_{value.Resource}",
            };
            update.Told[name] = value.Value.DeepClone();
        }
        return true;
    }

    /// <summary>After the restart the MCU says its version, and its result: 0 none, 1 success (LwM2M 1.0 §E.6).</summary>
    static string? WhatIsWrong(McuUpdate update)
    {
        if (update.Step == McuUpdateStep.CheckVersion && update.Version is { } version && ApiJson.Text(update.Told.GetValueOrDefault("version")) != version)
            return $"the MCU's version is {ApiJson.Text(update.Told.GetValueOrDefault("version")) ?? "unknown"}, not {version}";
        if (update.Step == McuUpdateStep.CheckState && ApiJson.Whole(update.Told.GetValueOrDefault("result")) is { } result and not (InitialResult or SuccessResult))
            return $"the MCU's result is {result}";
        return null;
    }

    void ExpireUpdates(TimeSpan now)
    {
        foreach (var (device, update) in _updates.Where(u => u.Value.Deadline <= now).ToList())
            Finish(now, device, update, McuUpdateStep.Failed, $"nothing from the device for {UpdatePatience.TotalMinutes} minutes");
    }

    /// <summary>The device is gone from the registry: nothing is left to update.</summary>
    void ForgetUpdate(TimeSpan now, DeviceRecord device)
    {
        if (_updates.TryGetValue(device, out var update) && !update.IsOver)
            Finish(now, device, update, McuUpdateStep.Cancelled, "the device was deleted");
        _updates.Remove(device);
    }

    void Finish(TimeSpan now, DeviceRecord device, McuUpdate update, McuUpdateStep step, string reason)
    {
        WithdrawRequest(update);
        (update.Step, update.Reason, update.Deadline) = (step, reason, TimeSpan.MaxValue);
        _context.Emit(new McuUpdateMoved(now, device.Imei, step, reason));
    }

    void WithdrawRequest(McuUpdate update)
    {
        if (_downlinks.Remove(update.Exchange, out var downlink))
        {
            downlink.Session.Exchanges.Remove(update.Exchange);
            _endpoint.Cancel(update.Exchange);
        }
        update.Exchange = 0;
    }
}
