using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

enum OperationKind
{
    Read,
    Write,
    Execute,
}

/// <summary>A downlink operation the MCU has not answered yet.</summary>
sealed class Operation(OperationKind kind, long exchange, int messageId, ResourcePath path, IReadOnlyList<string> lines, int payloadLength)
{
    public OperationKind Kind { get; } = kind;

    /// <summary>Of the message that is answered: the server's newest attempt.</summary>
    public long Exchange { get; set; } = exchange;
    public int MessageId { get; } = messageId;
    public ResourcePath Path { get; } = path;

    /// <summary>The URC lines that show it: one, or one for each resource of a write.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>Payload of a write or execute, in bytes (manual §2.3: buffers).</summary>
    public int PayloadLength { get; } = payloadLength;

    /// <summary>Waits for AT+MIPLMGR instead of having been printed.</summary>
    public bool Queued { get; set; }

    /// <summary>When the module gives up an operation that was printed and never answered.</summary>
    public TimeSpan ExpiresAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>Parts of a READRSP that wait for the last one.</summary>
    public ReportParts Parts { get; } = new();
}

/// <summary>Unanswered operations in order of arrival, with the counters of AT+MIPLQMGR (manual §2.1, §2.3).</summary>
sealed class OperationQueue(ModuleLimits limits)
{
    readonly List<Operation> _operations = [];

    public int Count => _operations.Count;
    public int Dropped { get; private set; }
    public int BufferedBytes => _operations.Sum(o => o.PayloadLength);
    public TimeSpan NextExpiry => _operations.Count == 0 ? TimeSpan.MaxValue : _operations.Min(o => o.ExpiresAt);

    /// <summary>Adds an operation that was printed at once.</summary>
    public void Add(Operation operation) => _operations.Add(operation);

    /// <summary>Queues an operation for AT+MIPLMGR; returns the one dropped for it: the oldest queued, or itself.</summary>
    public Operation? Enqueue(Operation operation)
    {
        var queued = _operations.Where(o => o.Queued).ToList();
        if (queued.Sum(o => o.PayloadLength) + operation.PayloadLength > limits.QueuedBytes)
            return Refuse(operation);
        Operation? dropped = null;
        if (queued.Count >= limits.QueuedOperations)
        {
            dropped = queued[0];
            _operations.Remove(dropped);
            Dropped++;
        }
        operation.Queued = true;
        _operations.Add(operation);
        return dropped;
    }

    /// <summary>Drops an operation that there is no room for, and returns it.</summary>
    public Operation Refuse(Operation operation)
    {
        Dropped++;
        return operation;
    }

    /// <summary>The operation AT+MIPLMGR shows: the same one until it is answered.</summary>
    public Operation? NextQueued() => _operations.Find(o => o.Queued);

    public IReadOnlyList<Operation> Queued() => [.. _operations.Where(o => o.Queued)];

    public Operation? Find(OperationKind kind, int messageId) => _operations.Find(o => o.Kind == kind && o.MessageId == messageId);

    public Operation? FindFirst(Predicate<Operation> condition) => _operations.Find(condition);

    public Operation? FindExchange(long exchange) => _operations.Find(o => o.Exchange == exchange);

    public void Remove(Operation operation) => _operations.Remove(operation);

    public IReadOnlyList<Operation> TakeExpired(TimeSpan now)
    {
        var expired = _operations.Where(o => o.ExpiresAt <= now).ToList();
        _operations.RemoveAll(expired.Contains);
        return expired;
    }

    public void Clear()
    {
        _operations.Clear();
        Dropped = 0;
    }
}
