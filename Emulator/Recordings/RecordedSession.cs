using System.Text;

namespace M531x.Emulator.Recordings;

/// <summary>A recording as exchanges, with the comments between them.</summary>
sealed class RecordedSession
{
    readonly ExchangeLog _log;
    readonly List<byte> _typed = [];

    RecordedSession(TimeSpan start) => _log = new ExchangeLog(start);

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
                session.Type(burst.At, burst.Bytes, item.Line);
                continue;
            }
            session.Exchanges[^1].Output.Add(burst);
            session._log.Received(burst.At, burst.Bytes, item.Line);
        }
        session.EndUnit(session.End, recording.Items.LastOrDefault(i => i.Burst is { ByMcu: true })?.Line ?? 0);
        return session;
    }

    /// <summary>CR ends a command; what answers a prompt is taken as it is.</summary>
    void Type(TimeSpan at, byte[] bytes, int line)
    {
        if (_log.IsPrompting)
        {
            EndUnit(at, line);
            _log.Sent(at, Encoding.Latin1.GetString(bytes), bytes, line);
            return;
        }
        foreach (var value in bytes)
        {
            // Line feeds behind a CR say nothing.
            if (value == '\n' && _typed.Count == 0)
                continue;
            _typed.Add(value);
            if (value == '\r')
                EndUnit(at, line);
        }
    }

    void EndUnit(TimeSpan at, int line)
    {
        var text = Encoding.Latin1.GetString([.. _typed]).TrimEnd('\r');
        if (text.Trim(' ').Length > 0)
            _log.Sent(at, text, _typed.ToArray(), line);
        _typed.Clear();
    }
}
