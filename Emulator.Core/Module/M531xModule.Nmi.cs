using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Module;

/// <content>MIPLNMI, MIPLMGR, MIPLQMGR and the +MIPLNSMI report (manual §2.1 to §2.3, §4.3).</content>
sealed partial class M531xModule
{
    const int NnmiDirect = 0;
    const int NnmiNotify = 1;
    const int NsmiMask = 127;

    internal AtResult SetMessageIndication(AtArguments arguments)
    {
        _nnmi = arguments.Int(1);
        _nsmi = arguments.Int(2);
        if (_nnmi != NnmiDirect || _instance is null)
            return AtResult.Ok;
        foreach (var operation in _instance.Operations.Queued())
        {
            operation.Queued = false;
            Print(operation);
        }
        return AtResult.Ok;
    }

    internal AtResult ReadMessageIndication()
    {
        Info(string.Create(CultureInfo.InvariantCulture, $"+MIPLNMI:0,{_nnmi},{_nsmi}"));
        return AtResult.Ok;
    }

    /// <summary>Shows the oldest queued operation; the same one again until it is answered (manual §2.2).</summary>
    internal AtResult ShowQueuedOperation(AtArguments arguments)
    {
        _ = arguments;
        if (_instance is null || !Client.IsRegistered)
            return CisError.Status;
        if (_nnmi != NnmiDirect && _instance.Operations.NextQueued() is { } operation)
        {
            foreach (var line in operation.Lines)
                Info(line);
        }
        return AtResult.Ok;
    }

    internal AtResult ShowQueueCounters(AtArguments arguments)
    {
        _ = arguments;
        var operations = _instance!.Operations;
        Info(string.Create(CultureInfo.InvariantCulture,
            $"+MIPLQMGR:0,QUEUES={operations.Count},DROPPED={operations.Dropped},BUFFERS={operations.BufferedBytes}"));
        return AtResult.Ok;
    }

    /// <summary>Prints an operation or queues it, as AT+MIPLNMI says.</summary>
    void Deliver(Operation operation, bool bypassQueue)
    {
        if (_nnmi == NnmiDirect || bypassQueue)
        {
            _instance!.Operations.Add(operation);
            Print(operation);
            return;
        }
        var isFull = Fires("buffer-full", FaultDirection.Down, operation.Lines[0], out _, f => f.Text("buffer") == "queue");
        var dropped = isFull ? _instance!.Operations.Refuse(operation) : _instance!.Operations.Enqueue(operation);
        if (dropped is not null)
        {
            Client.DropRequest(dropped.Exchange);
            Trace("mipl", "queue.dropped", $"mid {dropped.MessageId}", ("mid", dropped.MessageId), ("path", dropped.Path.ToString()));
        }
        if (dropped != operation && _nnmi == NnmiNotify)
            Urc(Has(Quirk.NmiUrcRef) ? "+MIPLNMI:0" : "+MIPLNMI");
    }

    void Print(Operation operation)
    {
        operation.ExpiresAt = _now + ReplyWindow;
        foreach (var line in operation.Lines)
            Urc(line);
    }

    /// <summary>The server asked again: the module shows it again, as it did the first time.</summary>
    void Repeat(long exchange)
    {
        if (_instance!.Operations.FindExchange(exchange) is not { } operation)
            return;
        // In modes 1 and 2 nothing of an operation goes to the MCU unasked, but for what bypasses the queue.
        if (operation.Queued || _nnmi != NnmiDirect && operation.PayloadLength <= Limits.UnqueuedPayloadBytes || Has(Quirk.NoDuplicateUrc))
            return;
        foreach (var line in operation.Lines)
            Urc(line);
    }

    /// <summary>Asks for a +MIPLNSMI line when the exchange's datagram leaves.</summary>
    void AwaitDeparture(long exchange, int number)
    {
        if (_nsmi == 1)
            _instance!.AwaitingDeparture[exchange] = number;
    }

    /// <summary>Status 1 is sent over the air, 0 is not (manual §4.3).</summary>
    void ReportDeparture(long exchange, bool sent)
    {
        if (_instance!.AwaitingDeparture.Remove(exchange, out var number))
            Urc(Line($"+MIPLNSMI{(Has(Quirk.NsmiEqualsSign) ? '=' : ':')}0,{(sent ? 1 : 0)},{number}"));
    }
}
