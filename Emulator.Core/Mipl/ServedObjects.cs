using M531x.Lwm2m.Client;
using M531x.Lwm2m.Objects;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Which objects the module answers for itself (manual §1.3, §2.5; LwM2M 1.0 appendix E).</summary>
static class ServedObjects
{
    public const int Server = 1;
    public const int Device = 3;
    public const int Connectivity = 4;
    public const int Firmware = 5;
    public const int CellMonitor = 10290;

    /// <summary>The Device object's one multiple resource here.</summary>
    const int ErrorCode = 11;

    static readonly HashSet<int> ByModule = [Device, Connectivity, Firmware, CellMonitor];
    static readonly HashSet<int> HiddenOnLwm2m = [CellMonitor];

    /// <summary>AT+MIPLADDOBJ of these is accepted and changes nothing.</summary>
    public static bool IsServedByModule(int id) => ByModule.Contains(id);

    /// <summary>Objects that answer although no Register lists them.</summary>
    public static IReadOnlySet<int> HiddenObjects(Lwm2mDialect dialect) => dialect == Lwm2mDialect.OneNet ? ByModule : HiddenOnLwm2m;

    public static bool IsServed(Lwm2mDialect dialect, int id) =>
        dialect == Lwm2mDialect.OneNet ? ByModule.Contains(id) : id is Server or Device or CellMonitor;

    /// <summary>The MCU sees the read although the module answers it (manual §5.3.2.4).</summary>
    public static bool IsShown(Lwm2mDialect dialect, int id) => dialect == Lwm2mDialect.OneNet && id is Device or Connectivity or Firmware;

    /// <summary>Neither requests nor observations of these reach the MCU.</summary>
    public static bool IsHiddenFromMcu(Lwm2mDialect dialect, int id) => IsServed(dialect, id) && !IsShown(dialect, id);

    /// <summary>Adds the objects that a standard server expects to see.</summary>
    public static void Register(Lwm2mDialect dialect, ObjectTree objects)
    {
        if (dialect != Lwm2mDialect.Lwm2m)
            return;
        objects.Put(Object(Server, 0, 1, 2, 3, 4, 5, 6, 7, 8));
        var device = Object(Device, 0, 1, 2, 3, 4, 9, 10, 11, 13, 16);
        device.Dimensions[ErrorCode] = 1;
        objects.Put(device);
    }

    /// <summary>
    /// Object 5 as it is listed once the MCU has a version (instance assumed). The onenet dialect refuses to observe it; its resources are
    /// those of China Mobile's SDK.
    /// </summary>
    public static RegisteredObject McuUpdate(Lwm2mDialect dialect)
    {
        var item = new RegisteredObject(Firmware, [0]) { Served = true, IsObservable = dialect == Lwm2mDialect.Lwm2m };
        item.Listed.AddRange([0, 1, 2, 3, 5, 8, 9, 26500, 26501, 26550]);
        return item;
    }

    static RegisteredObject Object(int id, params int[] resources)
    {
        var item = new RegisteredObject(id, [0]) { Served = true };
        item.Listed.AddRange(resources);
        return item;
    }
}
