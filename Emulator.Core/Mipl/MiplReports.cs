using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Reports of the MCU: MIPLNOTIFY (manual §1.9).</summary>
sealed class MiplReports(MiplScope scope, MiplObjects objects)
{
    /// <summary>An ack id can be used again after this (manual §5.3.3.1, quirk ack-id-five-minutes).</summary>
    static readonly TimeSpan AckIdWindow = TimeSpan.FromMinutes(5);

    /// <summary>Ack ids used in this registration, and when; the platform answers each once (manual §1.9).</summary>
    readonly Dictionary<int, TimeSpan> _usedAckIds = [];

    /// <summary>Values that wait for the last part of their report.</summary>
    public ReportParts Held { get; } = new();

    /// <summary>AT+MIPLNOTIFY=ref,mid,objid,insid,resid,type,len,value,index,flag[,ackid].</summary>
    public AtResult Notify(AtArguments arguments)
    {
        var maxBytes = scope.Context.Limits.PayloadBytes;
        var path = new ResourcePath(arguments.Int(2), arguments.Int(3), arguments.Int(4));
        if (!AtValue.TryParse(arguments.Int(5), arguments.Text(7), maxBytes, out var value) || !TryReadFlag(arguments.Text(9), out var held)
            || IsRefused(arguments))
            return CisError.Syntax;
        if (!held && !scope.Client.HasRoom(Tlv.EncodeValue(value).Length))
            return CisError.NotAllowed;
        // Nothing answers, and the queue is full: the uplink is busy until the oldest one ends.
        if (arguments.Has(10) && !held && scope.Client.IsNotifyBusy)
            return CisError.UplinkBusy;
        if (!scope.Client.Objects.Contains(path) || !objects.TryDeclare(path, value))
            return CisError.Resource;
        if (!Held.TryHold(path, value, maxBytes))
            return CisError.Syntax;
        if (!held)
            Send(path, arguments.Long(1), arguments.Has(10) ? arguments.Int(10) : null, arguments.Text(9));
        return AtResult.Ok;
    }

    public void HandleAcknowledged(NotificationAcknowledged acknowledged)
    {
        if (!scope.FollowUps.TryTakeAckId(acknowledged.Exchange, out var ackId))
            return;
        var number = scope.Has(Quirk.NotifyAckEvent11) ? MiplEvent.Updated : MiplEvent.NotifyAcknowledged;
        scope.TraceEvent(number, ackId);
        scope.Urc(scope.Has(Quirk.NotifyAckLine)
            ? MiplScope.Text($"+MIPLNOTIFY:0,{(int)number},{ackId}")
            : MiplScope.EventLine(number, ackId));
    }

    public void HandleFailed(NotificationFailed failed)
    {
        if (scope.FollowUps.TryTakeAckId(failed.Exchange, out var ackId))
            scope.Event(MiplEvent.NotifyFailed, ackId);
    }

    /// <summary>The registration has ended.</summary>
    public void Forget()
    {
        Held.Clear();
        _usedAckIds.Clear();
    }

    /// <summary>1 and 2 hold the value; 0 and the release and priority flags send. False for anything else.</summary>
    public static bool TryReadFlag(string text, out bool held)
    {
        held = false;
        if (!AtParameter.TryParseFlag(text, out var flag))
            return false;
        held = flag is MessageFlag.First or MessageFlag.Middle;
        return held || flag is MessageFlag.Last or MessageFlag.HighPriority or MessageFlag.ReleaseAfterSend or MessageFlag.ReleaseAfterAnswer;
    }

    void Send(ResourcePath path, long messageId, int? ackId, string flag)
    {
        var values = Held.Take(path);
        var mid = messageId <= ushort.MaxValue || scope.Has(Quirk.ObserveMidCounter) ? (int)(messageId & ushort.MaxValue) : 0;
        if (scope.Client.Notify(scope.Now, values, mid, confirmable: ackId is not null) is not { } exchange)
        {
            if (ackId is not null)
                scope.Event(MiplEvent.NotifyFailed, ackId);
            return;
        }
        if (ackId is { } id && !scope.Has(Quirk.NotifyAsAck) && TryUseAckId(id))
            scope.FollowUps.AwaitAcknowledgement(exchange, id);
        scope.AwaitRelease(exchange, flag);
        scope.AwaitDeparture(exchange, messageId);
    }

    /// <summary>A second use of an ack id in one registration is sent but not reported (manual §1.9); §5.3.3.1 says in 5 minutes.</summary>
    bool TryUseAckId(int id)
    {
        if (_usedAckIds.TryGetValue(id, out var since) && (!scope.Has(Quirk.AckIdFiveMinutes) || scope.Now - since < AckIdWindow))
            return false;
        _usedAckIds[id] = scope.Now;
        return true;
    }

    /// <summary>What only quirks refuse in a NOTIFY.</summary>
    bool IsRefused(AtArguments arguments) =>
        scope.Has(Quirk.NsmiRefusesMidZero) && scope.Indication.Uplink == 1 && arguments.Long(1) == 0
        || scope.Has(Quirk.StrictLen) && !AtValue.FitsLength(arguments.Int(5), arguments.Text(7), arguments.Int(6));
}
