using M531x.Emulator.Core.At;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// Update of the MCU's software over object 5: MIPLSOTAVER, MIPLSOTA (OneNET's SOTA document for the M531X). The server executes
/// 5/0/26550, asks for space, version, state and battery, executes 5/0/26501, writes 5/0/0 in blocks, executes 5/0/2, and
/// ends with an empty write of 5/0/0.
/// </summary>
sealed class McuUpdate(MiplScope scope)
{
    const int UpdatePackage = 0;
    const int SwitchToDownload = 26501;
    const int SwitchToMcuUpdate = 26550;

    const int BlockStored = 1;
    const int BlockFailed = 2;
    const int MemoryErased = 3;

    static readonly ResourcePath PackagePath = new(ServedObjects.Firmware, 0, UpdatePackage);

    /// <summary>The server is updating the MCU's software: it asks the MCU for what the module knows otherwise.</summary>
    bool _isUnderWay;

    /// <summary>Version of the MCU's software as AT+MIPLSOTAVER gave it; null keeps object 5 to the module.</summary>
    public string? Version { get; private set; }

    /// <summary>AT+MIPLSOTAVER=ver, before OPEN. Register then lists 5/0: without it the platform finds no entity to update.</summary>
    public AtResult SetVersion(AtArguments arguments)
    {
        if (arguments.Text(0).Length == 0)
            return CisError.Syntax;
        if (scope.Client.State != ClientState.Idle)
            return CisError.NotAllowed;
        Version = arguments.Text(0);
        scope.Client.StreamedPath = PackagePath;
        scope.Client.Objects.Put(ServedObjects.McuUpdate(scope.Dialect));
        return AtResult.Ok;
    }

    /// <summary>Whether an operation is what AT+MIPLSOTA=result answers: 1 and 2 a block of the package, 3 and 4 (2 and 4 assumed) the command to make room for it.</summary>
    public static bool IsAnsweredBy(int result, Operation operation) => result is BlockStored or BlockFailed
        ? IsPackageBlock(operation)
        : operation.Kind == OperationKind.Execute && operation.Path == PackagePath with { Resource = SwitchToDownload };

    public static bool IsSuccess(int result) => result is BlockStored or MemoryErased;

    public static bool IsPackageBlock(Operation operation) => operation.Kind == OperationKind.Write && operation.Path.Covers(PackagePath);

    /// <summary>Object 5 once there is a version; while an update runs also what only the MCU knows of itself.</summary>
    public bool Owns(ResourcePath path) => Version is not null
        && (path.Object == ServedObjects.Firmware
            || _isUnderWay && path is { Object: ServedObjects.Device, Instance: 0, Resource: 9 or 19 or 26261 });

    /// <summary>Notes where an update begins and ends.</summary>
    public void Follow(ResourcePath path, bool hasData)
    {
        if (path == PackagePath with { Resource = SwitchToMcuUpdate })
            _isUnderWay = Version is not null;
        else if (path == PackagePath && !hasData)
            _isUnderWay = false;
    }

    /// <summary>The registration has ended.</summary>
    public void Forget() => _isUnderWay = false;
}
