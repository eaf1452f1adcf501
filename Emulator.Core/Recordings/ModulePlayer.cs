using System.Text;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Recordings;

/// <summary>How often an MCU went by the recording and how often it did not.</summary>
sealed record ModulePlayerCounts
{
    /// <summary>Commands of the recording that came.</summary>
    public int Played { get; init; }

    /// <summary>Of these, with other arguments than recorded.</summary>
    public int OtherArguments { get; init; }

    /// <summary>Came again, and were answered again.</summary>
    public int Repeated { get; init; }

    /// <summary>Commands of the recording that were passed over.</summary>
    public int Skipped { get; init; }

    /// <summary>Are not in the recording.</summary>
    public int Unknown { get; init; }
}

/// <summary>
/// Plays the module's side of a recording: commands are looked for in their order and answered with the bytes that were recorded, at their
/// recorded distance. Call <see cref="TryTake"/> and <see cref="TryTakeNotice"/> after every call and at <see cref="NextDeadline"/>.
/// </summary>
sealed class ModulePlayer
{
    readonly IReadOnlyList<Exchange> _exchanges;
    readonly PlayOptions _options;
    readonly PriorityQueue<byte[], (TimeSpan At, long Sequence)> _output = new();
    readonly Queue<string> _notices = new();
    readonly List<byte> _typed = [];
    long _sequence;
    bool _opened;

    /// <summary>The exchange played last; the first one has no command.</summary>
    int _current;

    public ModulePlayer(Recording recording, PlayOptions options)
    {
        _exchanges = RecordedSession.Of(recording).Exchanges;
        _options = options;
    }

    public ModulePlayerCounts Counts { get; private set; } = new();
    public int Commands => _exchanges.Count - 1;

    /// <summary>Every command came and every byte is out.</summary>
    public bool IsOver => _opened && Next is null && _output.Count == 0;

    public TimeSpan NextDeadline => _output.TryPeek(out _, out var first) ? first.At : TimeSpan.MaxValue;

    Exchange? Next => _current + 1 < _exchanges.Count ? _exchanges[_current + 1] : null;

    /// <summary>The MCU has the line open: what was recorded before the first command follows, once.</summary>
    public void HandleOpened(TimeSpan now)
    {
        if (_opened)
            return;
        _opened = true;
        Print(now, _exchanges[0], all: true);
    }

    public void HandleSerial(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value == '\n' && _typed.Count == 0)
                continue;
            _typed.Add(value);
            if (WantedData is { } length ? _typed.Count == length : value == '\r')
                HandleUnit(now);
        }
    }

    /// <summary>The next bytes that are due.</summary>
    public bool TryTake(TimeSpan now, out byte[] bytes)
    {
        bytes = [];
        if (NextDeadline > now)
            return false;
        bytes = _output.Dequeue();
        return true;
    }

    /// <summary>What the user should read.</summary>
    public bool TryTakeNotice(out string notice) => _notices.TryDequeue(out notice!);

    /// <summary>Length of the data that the prompt printed last asks for, as recorded.</summary>
    int? WantedData => Next is { } next && _exchanges[_current].Response is [.., { Text: FinalResult.Prompt }] ? next.Bytes.Length : null;

    void HandleUnit(TimeSpan now)
    {
        var isData = WantedData is not null;
        var text = Encoding.Latin1.GetString([.. _typed]);
        _typed.Clear();
        text = isData ? text : text.TrimEnd('\r');
        if (text.Trim(' ').Length == 0)
            return;
        if (Next is { } next && next.Command == text)
            Advance(now, _current + 1, text);
        else if (_current > 0 && _exchanges[_current].Command == text)
            Repeat(now, _exchanges[_current]);
        else if (!_options.Exact && Next is { } similar && (isData || IsSimilar(similar, text)))
            Advance(now, _current + 1, text);
        else if (FindEarlier(text) is { } earlier)
            Repeat(now, earlier);
        else if (FindLater(text) is >= 0 and var later)
            Advance(now, later, text);
        else
            Refuse(now, text);
    }

    void Advance(TimeSpan now, int index, string text)
    {
        var skipped = _exchanges.Skip(_current + 1).Take(index - _current - 1).ToList();
        if (skipped.Count > 0)
            _notices.Enqueue($"{text} came before {string.Join(", ", skipped.Select(Describe))}: skipped");
        var exchange = _exchanges[index];
        if (exchange.Command != text)
            _notices.Enqueue($"{text} came for {Describe(exchange)}");
        Counts = Counts with
        {
            Played = Counts.Played + 1,
            Skipped = Counts.Skipped + skipped.Count,
            OtherArguments = Counts.OtherArguments + (exchange.Command == text ? 0 : 1),
        };
        _current = index;
        Print(now, exchange, all: true);
    }

    void Repeat(TimeSpan now, Exchange exchange)
    {
        Counts = Counts with { Repeated = Counts.Repeated + 1 };
        Print(now, exchange, all: false);
    }

    void Refuse(TimeSpan now, string text)
    {
        Counts = Counts with { Unknown = Counts.Unknown + 1 };
        _notices.Enqueue($"the recording does not hold {text}; {(Next is { } next ? $"next in it is {Describe(next)}" : "it is over")}; answered ERROR");
        _output.Enqueue("\r\nERROR\r\n"u8.ToArray(), (now, _sequence++));
    }

    /// <param name="all">Also what came on its own after the answer.</param>
    void Print(TimeSpan now, Exchange exchange, bool all)
    {
        var end = all ? TimeSpan.MaxValue : exchange.Response.LastOrDefault()?.At ?? TimeSpan.MinValue;
        foreach (var burst in exchange.Output.Where(b => b.At <= end))
            _output.Enqueue(burst.Bytes, (_options.Fast ? now : now + (burst.At - exchange.At), _sequence++));
    }

    /// <summary>The same command in the same form, with other arguments.</summary>
    static bool IsSimilar(Exchange recorded, string text) =>
        recorded.Name.Length > 0 && AtLine.NameOf(text) == recorded.Name && text.Contains('=', StringComparison.Ordinal) == recorded.Command.Contains('=', StringComparison.Ordinal);

    Exchange? FindEarlier(string text) => _exchanges.Take(_current + 1).Skip(1).LastOrDefault(e => e.Command == text);

    int FindLater(string text)
    {
        for (var i = _current + 1; i < _exchanges.Count; i++)
        {
            if (_exchanges[i].Command == text)
                return i;
        }
        return -1;
    }

    static string Describe(Exchange exchange) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {exchange.Line} ({exchange.Command})");
}
