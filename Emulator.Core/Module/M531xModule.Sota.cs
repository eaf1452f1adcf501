using M531x.Emulator.Core.At;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <content>
/// Update of the MCU's software over object 5: MIPLSOTAVER, MIPLSOTA (OneNET's SOTA document for the M531X). The server executes
/// 5/0/26550, asks for space, version, state and battery, executes 5/0/26501, writes 5/0/0 in blocks, executes 5/0/2, and
/// ends with an empty write of 5/0/0.
/// </content>
sealed partial class M531xModule
{
    const int UpdatePackage = 0;
    const int SwitchToDownload = 26501;
    const int SwitchToMcuUpdate = 26550;

    const int BlockStored = 1;
    const int BlockFailed = 2;
    const int MemoryErased = 3;

    static readonly ResourcePath PackagePath = new(ServedObjects.Firmware, 0, UpdatePackage);

    /// <summary>AT+MIPLSOTAVER=ver, before OPEN. Register then lists 5/0: without it the platform finds no entity to update.</summary>
    internal AtResult SetMcuVersion(AtArguments arguments)
    {
        if (arguments.Text(0).Length == 0)
            return CisError.Syntax;
        if (Client.State != Lwm2m.Client.ClientState.Idle)
            return CisError.NotAllowed;
        _instance!.McuVersion = arguments.Text(0);
        Client.StreamedPath = PackagePath;
        Client.Objects.Put(ServedObjects.McuUpdate(_options.Dialect));
        return AtResult.Ok;
    }

    /// <summary>AT+MIPLSOTA=result: 1 and 2 answer a block of the package, 3 and 4 (2 and 4 assumed) the command to make room for it.</summary>
    internal AtResult RespondUpdateStep(AtArguments arguments)
    {
        var result = arguments.Int(0);
        var operation = result is BlockStored or BlockFailed
            ? _instance!.Operations.FindFirst(IsPackageBlock)
            : _instance!.Operations.FindFirst(o => o.Kind == OperationKind.Execute && o.Path == PackagePath with { Resource = SwitchToDownload });
        return operation is null
            ? CisError.Resource
            : Answer(operation, result is BlockStored or MemoryErased ? CoapCode.Changed : CoapCode.InternalServerError);
    }

    /// <summary>Whether the module answers for itself.</summary>
    bool IsServed(ResourcePath path) => ServedObjects.IsServed(_options.Dialect, path.Object) && !BelongsToMcu(path);

    /// <summary>Object 5 once there is a version; while an update runs also what only the MCU knows of itself.</summary>
    bool BelongsToMcu(ResourcePath path) => _instance!.McuVersion is not null
        && (path.Object == ServedObjects.Firmware || _instance.UpdatesMcu && path is { Object: ServedObjects.Device, Instance: 0, Resource: 9 or 19 or 26261 });

    /// <summary>Notes where an update begins and ends.</summary>
    void FollowMcuUpdate(ResourcePath path, bool hasData)
    {
        if (path == PackagePath with { Resource = SwitchToMcuUpdate })
            _instance!.UpdatesMcu = _instance.McuVersion is not null;
        else if (path == PackagePath && !hasData)
            _instance!.UpdatesMcu = false;
    }

    static bool IsPackageBlock(Operation operation) => operation.Kind == OperationKind.Write && operation.Path.Covers(PackagePath);

    /// <summary>Each block is a +MIPLWRITE with a message id of its own; the next comes when the MCU has answered.</summary>
    void HandleWriteBlock(Lwm2m.Client.WriteBlockRequested write)
    {
        // The server began anew: the block before is not to be answered any more.
        if (_instance!.Operations.FindFirst(IsPackageBlock) is { } former)
        {
            _instance.Operations.Remove(former);
            Client.DropRequest(former.Exchange);
        }
        var flag = !write.Block.More ? 0 : write.Block.Number == 0 ? FlagFirst : FlagMiddle;
        var (type, text) = AtValue.Format(write.Bytes.Span, isText: false, declared: null);
        var index = Has(Profiles.Quirk.WriteUrcFlagIndex) ? ",0" : "";
        var line = Line($"+MIPLWRITE:0,{write.MessageId},{Ids(write.Path)},{type},{text.Length},{text},{flag}{index}");
        Deliver(new Operation(OperationKind.Write, write.Exchange, write.MessageId, write.Path, [line], write.Bytes.Length), bypassQueue: true);
    }
}
