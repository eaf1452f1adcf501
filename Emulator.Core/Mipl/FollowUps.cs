using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Mipl;

/// <summary>What is still to be done for one CoAP exchange of the MCU: a report or an answer.</summary>
sealed class FollowUp
{
    /// <summary>Ack id that event 25 or 26 reports; null for none.</summary>
    public int? AckId { get; set; }

    /// <summary>Message number that +MIPLNSMI prints when the datagram leaves; null for none.</summary>
    public int? Departure { get; set; }

    /// <summary>Message id of the operation whose answer events 20 and 21 report (quirk raw-cis-events); null for none.</summary>
    public int? Outcome { get; set; }

    /// <summary>Flag of the command that releases the RRC connection early; null for none.</summary>
    public int? Release { get; set; }

    public bool IsDone => AckId is null && Departure is null && Outcome is null && Release is null;
}

/// <summary>The follow-ups of all exchanges under way.</summary>
sealed class FollowUps
{
    readonly Dictionary<long, FollowUp> _byExchange = [];

    public int Count => _byExchange.Count;

    public void AwaitAcknowledgement(long exchange, int ackId) => Of(exchange).AckId = ackId;

    public void AwaitDeparture(long exchange, int number) => Of(exchange).Departure = number;

    public void AwaitOutcome(long exchange, int messageId) => Of(exchange).Outcome = messageId;

    /// <summary>Remembers a release indication: flag 0x200 or 0x400. Other flags have none.</summary>
    public void AwaitRelease(long exchange, string flagText)
    {
        if (AtParameter.TryParseFlag(flagText, out var flag) && flag is MessageFlag.ReleaseAfterSend or MessageFlag.ReleaseAfterAnswer)
            Of(exchange).Release = flag;
    }

    public bool TryTakeAckId(long exchange, out int ackId) => TryTake(exchange, f => f.AckId, f => f.AckId = null, out ackId);

    public bool TryTakeDeparture(long exchange, out int number) => TryTake(exchange, f => f.Departure, f => f.Departure = null, out number);

    public bool TryTakeOutcome(long exchange, out int messageId) => TryTake(exchange, f => f.Outcome, f => f.Outcome = null, out messageId);

    public bool TryTakeRelease(long exchange, out int flag) => TryTake(exchange, f => f.Release, f => f.Release = null, out flag);

    public void Clear() => _byExchange.Clear();

    FollowUp Of(long exchange)
    {
        if (!_byExchange.TryGetValue(exchange, out var followUp))
            _byExchange[exchange] = followUp = new FollowUp();
        return followUp;
    }

    bool TryTake(long exchange, Func<FollowUp, int?> get, Action<FollowUp> clear, out int value)
    {
        value = 0;
        if (!_byExchange.TryGetValue(exchange, out var followUp) || get(followUp) is not { } found)
            return false;
        value = found;
        clear(followUp);
        if (followUp.IsDone)
            _byExchange.Remove(exchange);
        return true;
    }
}
