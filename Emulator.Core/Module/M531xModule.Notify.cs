using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <content>MIPLNOTIFY (manual §1.9).</content>
sealed partial class M531xModule
{
    const int FlagFirst = 1;
    const int FlagMiddle = 2;
    const int FlagHighPriority = 0x100;
    const int FlagReleaseAfterSend = 0x200;
    const int FlagReleaseAfterAnswer = 0x400;
    static readonly TimeSpan AckIdWindow = TimeSpan.FromMinutes(5);

    /// <summary>AT+MIPLNOTIFY=ref,mid,objid,insid,resid,type,len,value,index,flag[,ackid].</summary>
    internal AtResult Notify(AtArguments arguments)
    {
        var path = new ResourcePath(arguments.Int(2), arguments.Int(3), arguments.Int(4));
        if (!AtValue.TryParse(arguments.Int(5), arguments.Text(7), Limits.PayloadBytes, out var value) || !TryReadFlag(arguments.Text(9), out var held)
            || IsRefused(arguments))
            return CisError.Syntax;
        if (!held && IsCacheFull(Tlv.EncodeValue(value).Length))
            return CisError.NotAllowed;
        // Nothing answers, and the queue is full: the uplink is busy until the oldest one ends.
        if (arguments.Has(10) && !held && Client.IsNotifyBusy)
            return CisError.UplinkBusy;
        if (!Client.Objects.Contains(path) || !Declare(path, value))
            return CisError.Resource;
        if (!_instance!.Parts.TryHold(path, value, Limits.PayloadBytes))
            return CisError.Syntax;
        if (!held)
            SendReport(path, arguments.Long(1), arguments.Has(10) ? arguments.Int(10) : null, arguments.Text(9));
        return AtResult.Ok;
    }

    void SendReport(ResourcePath path, long messageId, int? ackId, string flag)
    {
        var values = _instance!.Parts.Take(path);
        var mid = messageId <= ushort.MaxValue || Has(Quirk.ObserveMidCounter) ? (int)(messageId & ushort.MaxValue) : 0;
        if (Client.Notify(_now, values, mid, confirmable: ackId is not null) is not { } exchange)
        {
            if (ackId is not null)
                Event(MiplEvent.NotifyFailed, ackId);
            return;
        }
        if (ackId is { } id && !Has(Quirk.NotifyAsAck) && TakeAckId(id))
            _instance.AckIds[exchange] = id;
        AwaitRelease(exchange, flag);
        AwaitDeparture(exchange, (int)(messageId & NsmiMask));
    }

    /// <summary>A second use of an ack id in one registration is sent but not reported (manual §1.9); §5.3.3.1 says in 5 minutes.</summary>
    bool TakeAckId(int id)
    {
        var used = _instance!.UsedAckIds;
        if (used.TryGetValue(id, out var since) && (!Has(Quirk.AckIdFiveMinutes) || _now - since < AckIdWindow))
            return false;
        used[id] = _now;
        return true;
    }

    /// <summary>What only quirks refuse in a NOTIFY.</summary>
    bool IsRefused(AtArguments arguments) =>
        Has(Quirk.NsmiRefusesMidZero) && _nsmi == 1 && arguments.Long(1) == 0
        || Has(Quirk.StrictLen) && !AtValue.FitsLength(arguments.Int(5), arguments.Text(7), arguments.Int(6));

    /// <summary>1 and 2 hold the value; 0 and the release and priority flags send. False for anything else.</summary>
    static bool TryReadFlag(string text, out bool held)
    {
        held = false;
        if (!AtParameter.TryParseFlag(text, out var flag))
            return false;
        held = flag is FlagFirst or FlagMiddle;
        return held || flag is 0 or FlagHighPriority or FlagReleaseAfterSend or FlagReleaseAfterAnswer;
    }
}
