namespace M531x.Emulator.Core.Recordings;

/// <summary>A recording as exchanges, with the comments between them.</summary>
sealed class RecordedSession
{
    readonly ExchangeLog _log;
    readonly McuTyping _typing;

    RecordedSession(TimeSpan start)
    {
        _log = new ExchangeLog(start);
        _typing = new McuTyping(_log);
    }

    /// <summary>The first one is what came before any command.</summary>
    public IReadOnlyList<Exchange> Exchanges => _log.Exchanges;

    /// <summary>Comments with the exchange they stand in.</summary>
    public List<(Exchange Exchange, string Text)> Notes { get; } = [];

    /// <summary>Time of the last burst.</summary>
    public TimeSpan End { get; private set; }

    public static RecordedSession Of(Recording recording)
    {
        var first = recording.Items.FirstOrDefault(i => i.Burst is not null)?.Burst?.At ?? TimeSpan.Zero;
        var session = new RecordedSession(first) { End = first };
        foreach (var item in recording.Items)
        {
            if (item.Burst is not { } burst)
            {
                session.Notes.Add((session._log.Exchanges[^1], item.Note));
                continue;
            }
            session.End = burst.At;
            if (burst.ByMcu)
            {
                session._typing.Take(burst.At, burst.Bytes, item.Line);
                continue;
            }
            session.Exchanges[^1].Output.Add(burst);
            session._log.Received(burst.At, burst.Bytes, item.Line);
        }
        session._typing.End(session.End, recording.Items.LastOrDefault(i => i.Burst is { ByMcu: true })?.Line ?? 0);
        return session;
    }
}
