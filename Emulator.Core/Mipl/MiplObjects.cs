using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Objects;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The MCU's objects: MIPLADDOBJ, MIPLDELOBJ, MIPLDISCOVERRSP (manual §1.3 to §1.5), and what NOTIFY declares of their resources.</summary>
sealed class MiplObjects(MiplScope scope)
{
    const int MaxInstancesPerObject = 32;

    /// <summary>More links than this would not fit one Register datagram.</summary>
    const int MaxLinks = 64;
    const int MaxListedResources = 256;

    ObjectTree Tree => scope.Client.Objects;

    /// <summary>AT+MIPLADDOBJ=ref,objid,inscount,bitmap,atts,acts; the bitmap's first character is instance 0.</summary>
    public AtResult Add(AtArguments arguments)
    {
        var id = arguments.Int(1);
        var count = arguments.Int(2);
        var bitmap = arguments.Text(3);
        if (bitmap.Length is 0 or > MaxInstancesPerObject || count != 0 && count != bitmap.Length)
            return CisError.Syntax;
        if (id is 0 or 1)
            return CisError.NotAllowed;
        if (ServedObjects.IsServedByModule(id))
            return AtResult.Ok;

        var instances = Enumerable.Range(0, bitmap.Length).Where(i => bitmap[i] != '0').ToList();
        var others = Tree.Objects.Where(o => o.Id != id).Sum(o => Math.Max(1, o.Instances.Count));
        if (others + Math.Max(1, instances.Count) > MaxLinks || IsHeapFull(id))
            return CisError.NotAllowed;
        Tree.Put(new RegisteredObject(id, instances));
        return AtResult.Ok;
    }

    public AtResult Delete(AtArguments arguments, ReportParts held)
    {
        var id = arguments.Int(1);
        if (ServedObjects.IsServedByModule(id))
            return AtResult.Ok;
        if (Tree.Find(id) is not { Served: false } || !Tree.Remove(id))
            return CisError.Resource;
        held.Forget(id);
        return AtResult.Ok;
    }

    /// <summary>
    /// AT+MIPLDISCOVERRSP=ref,objid,result,length,"5500;5501": the list for every later discover of the object.
    /// Programs written for other modules put a message id in the second place: answered OK, no effect.
    /// </summary>
    public AtResult SetDiscoverList(AtArguments arguments)
    {
        List<int> resources = [];
        foreach (var item in (arguments.TextOrNull(4) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!ushort.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || resources.Count >= MaxListedResources)
                return CisError.Syntax;
            if (!resources.Contains(id))
                resources.Add(id);
        }
        if (Tree.Find(arguments.Int(1)) is { Served: false } found && arguments.Int(2) == AtCodes.Content)
        {
            found.Listed.Clear();
            found.Listed.AddRange(resources);
        }
        return AtResult.Ok;
    }

    /// <summary>Notes a resource's type and value: it is listed by Discover and its writes are shown in that type (manual §1.5, §1.12).</summary>
    public bool TryDeclare(ResourcePath path, Lwm2mValue value)
    {
        if (Tree.Find(path.Object) is not { } item)
            return false;
        if (item.Resources.Count >= MaxListedResources && !item.Resources.ContainsKey((path.Instance!.Value, path.Resource!.Value)))
            return false;
        var state = item.Declare(path.Instance!.Value, path.Resource!.Value);
        state.Type = value.Type;
        state.Last = value;
        return true;
    }

    public Lwm2mType? DeclaredType(ResourcePath path) =>
        Tree.Find(path.Object)?.Resources.GetValueOrDefault((path.Instance ?? 0, path.Resource ?? 0))?.Type;

    /// <summary>One object more than there is memory for.</summary>
    bool IsHeapFull(int id) => scope.Context.TryTrigger("heap-leak", FaultDirection.Up, MiplScope.Text($"object {id}"), out _,
        leak => Tree.Find(id) is null && Tree.Objects.Count(o => !o.Served) >= (int)leak.Number("objects"));
}
