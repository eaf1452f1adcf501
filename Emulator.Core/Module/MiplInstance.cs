using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <summary>The device instance that MIPLCREATE or MIPLCREATEEX made, with all that dies with it on MIPLDELETE.</summary>
sealed class MiplInstance
{
    public required ServerAccount Account { get; init; }
    public required Lwm2mClient Client { get; init; }

    /// <summary>CREATEEX flag bit 1: the cell monitor (object 10290) is off.</summary>
    public bool MonitorOff { get; init; }

    /// <summary>CREATEEX flag bits 2 and 3.</summary>
    public int DebugLevel { get; init; }

    /// <summary>LogEnabled of CREATE's configuration (manual §5.3.1.2).</summary>
    public bool LogsTraffic { get; init; }

    /// <summary>Version of the MCU's software as AT+MIPLSOTAVER gave it; null keeps object 5 to the module.</summary>
    public string? McuVersion { get; set; }

    /// <summary>The server is updating the MCU's software: it asks the MCU for what the module knows otherwise.</summary>
    public bool UpdatesMcu { get; set; }

    public required OperationQueue Operations { get; init; }
    public NotifyParts Parts { get; } = new();

    /// <summary>Notifications under way that report an ack id, by exchange.</summary>
    public Dictionary<long, int> AckIds { get; } = [];

    /// <summary>Ack ids used in this registration, and when; the platform answers each once (manual §1.9).</summary>
    public Dictionary<int, TimeSpan> UsedAckIds { get; } = [];

    /// <summary>Warns before the lifetime ends (quirk raw-cis-events).</summary>
    public UpdateReminder UpdateReminder { get; } = new();

    /// <summary>Answers of the MCU that have not left yet: message id of the operation, by exchange (quirk raw-cis-events).</summary>
    public Dictionary<long, int> AwaitingOutcome { get; } = [];

    /// <summary>Observe requests so far (quirk observe-mid-counter).</summary>
    public int ObserveCount { get; set; }

    /// <summary>Message ids of observe and attribute requests the module answered by itself.</summary>
    public RecentSet AutoAnswered { get; } = new(64);

    /// <summary>Datagrams whose departure +MIPLNSMI reports: message id of the command, by exchange.</summary>
    public Dictionary<long, int> AwaitingDeparture { get; } = [];

    /// <summary>Datagrams that release the RRC connection early: the flag of their command, by exchange.</summary>
    public Dictionary<long, int> AwaitingRelease { get; } = [];

    /// <summary>Server as AT+MIPLDEVINFO? shows it: the bootstrapped one once there is one.</summary>
    public ServerAccount CurrentAccount => Client.BootstrappedAccount ?? Account;

    /// <summary>Entries in all tables that outlive a call, for tests of their bounds; the ack ids used are 65536 at most.</summary>
    internal int Remembered => Operations.Count + Parts.Count + AckIds.Count + AwaitingDeparture.Count + AwaitingOutcome.Count;

    /// <summary>What belongs to one registration and ends with it.</summary>
    public void ForgetRegistration()
    {
        Operations.Clear();
        Parts.Clear();
        AckIds.Clear();
        UsedAckIds.Clear();
        AutoAnswered.Clear();
        AwaitingDeparture.Clear();
        AwaitingOutcome.Clear();
        UpdateReminder.Stop();
        AwaitingRelease.Clear();
        UpdatesMcu = false;
    }
}

/// <summary>Remembers the last few numbers.</summary>
sealed class RecentSet(int limit)
{
    readonly Queue<int> _order = [];

    public void Add(int number)
    {
        _order.Enqueue(number);
        if (_order.Count > limit)
            _order.Dequeue();
    }

    public bool Contains(int number) => _order.Contains(number);

    public void Clear() => _order.Clear();
}

/// <summary>Parts of a NOTIFY or READRSP that wait for the last one (manual §1.9: flag 1 and 2).</summary>
sealed class NotifyParts
{
    const int MaxValues = 64;

    /// <summary>What a report of a whole object can hold and still fit one datagram.</summary>
    const int MaxInstances = 32;

    readonly SortedDictionary<(int Object, int Instance), List<(ResourcePath Path, Lwm2mValue Value)>> _held = [];

    /// <summary>Values held.</summary>
    public int Count => _held.Values.Sum(v => v.Count);

    /// <summary>Holds a value; a resource held before is replaced. False when all parts of the instance would exceed the limit.</summary>
    public bool TryHold(ResourcePath path, Lwm2mValue value, int maxBytes)
    {
        var key = (path.Object, path.Instance!.Value);
        var isNew = !_held.TryGetValue(key, out var values);
        values ??= [];
        var others = values.Where(v => v.Path != path).Sum(v => Tlv.EncodeValue(v.Value).Length);
        if (others + Tlv.EncodeValue(value).Length > maxBytes || values.Count(v => v.Path != path) >= MaxValues)
            return false;
        if (isNew && _held.Keys.Count(k => k.Object == path.Object) >= MaxInstances)
            return false;
        _held[key] = values;
        values.RemoveAll(v => v.Path == path);
        values.Add((path, value));
        return true;
    }

    /// <summary>Takes all that is held for the instance of a path.</summary>
    public IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> Take(ResourcePath path) =>
        _held.Remove((path.Object, path.Instance!.Value), out var values) ? values : [];

    /// <summary>Takes everything, in the order of objects and instances.</summary>
    public IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> TakeAll()
    {
        var all = _held.Values.SelectMany(v => v).ToList();
        _held.Clear();
        return all;
    }

    /// <summary>Drops what is held for an object that is gone.</summary>
    public void Forget(int objectId)
    {
        foreach (var key in _held.Keys.Where(k => k.Object == objectId).ToList())
            _held.Remove(key);
    }

    public void Clear() => _held.Clear();
}
