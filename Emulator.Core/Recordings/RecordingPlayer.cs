using System.Globalization;
using System.Text;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Recordings;

/// <summary>How a recording is played.</summary>
sealed record PlayOptions
{
    /// <summary>Patience for a line beyond the time at which it was recorded.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Lines have to be equal, message ids apart, which are translated.</summary>
    public bool Exact { get; init; }

    /// <summary>Pauses of the recording are left out.</summary>
    public bool Fast { get; init; }
}

/// <summary>
/// Plays the MCU's side of a recording to a module and compares what it prints. A command is sent at its recorded distance from the one
/// before, once what was recorded in between has come. Answers are compared command by command, unsolicited lines by kind and order,
/// wherever they come. Message ids of the platform's requests are translated in the MCU's answers; a request that does not come by itself is asked for.
/// </summary>
sealed class RecordingPlayer
{
    /// <summary>A request of the platform's own accord may come so much later than it was recorded.</summary>
    static readonly TimeSpan OwnAccord = TimeSpan.FromSeconds(1);

    readonly RecordedSession _session;
    readonly IPlayedModule _module;
    readonly PlayOptions _options;
    readonly ExchangeLog _played;
    readonly LineMatcher _matcher;
    readonly Dictionary<Exchange, List<string>> _notes = [];
    readonly HashSet<(string Kind, string MessageId)> _asked = [];

    public RecordingPlayer(Recording recording, IPlayedModule module, PlayOptions options)
    {
        _session = RecordedSession.Of(recording);
        _module = module;
        _options = options;
        _matcher = new LineMatcher(_session, options.Exact);
        _played = new ExchangeLog(module.Now) { Unsolicited = (_, line) => _matcher.Claim(line) };
    }

    /// <summary>Told before each command is sent.</summary>
    public Action<Exchange>? Sending { get; init; }

    public Comparison Play()
    {
        for (var i = 0; i < _session.Exchanges.Count; i++)
        {
            var recorded = _session.Exchanges[i];
            var start = _module.Now;
            if (i > 0)
                Send(recorded);
            Restart(recorded);
            foreach (var line in recorded.Unsolicited)
                Await(line, recorded, start + (line.At - recorded.At));
            if (recorded.IsFinished)
                RunUntil(() => _played.Exchanges[i].IsFinished, _options.Within);
            var next = i + 1 < _session.Exchanges.Count ? _session.Exchanges[i + 1].At : _session.End;
            if (!_options.Fast)
                RunUntil(() => false, start + (next - recorded.At) - _module.Now);
        }
        return _matcher.Compare(_session.Exchanges, _played.Exchanges, e => _notes.GetValueOrDefault(e, []));
    }

    void Send(Exchange recorded)
    {
        Sending?.Invoke(recorded);
        // The echo then equals the command and is found.
        var command = _matcher.Translate(recorded.Command);
        var bytes = command == recorded.Command ? recorded.Bytes : Encoding.Latin1.GetBytes(command + "\r");
        Collect();
        _played.Sent(_module.Now, command, bytes, recorded.Line);
        _module.Send(bytes);
        Collect();
    }

    /// <summary>Restarts from outside, as a transcript of this program notes them.</summary>
    void Restart(Exchange recorded)
    {
        foreach (var (_, text) in _session.Notes.Where(n => n.Exchange == recorded && n.Text.StartsWith("reset ", StringComparison.Ordinal)))
        {
            // What the MCU asked for happens by itself.
            if (Enum.TryParse<ResetCause>(text["reset ".Length..], ignoreCase: true, out var cause) && cause != ResetCause.At && !_module.Reset(cause))
                Note(recorded, $"the recording has a restart here ({text}), which is not repeated");
        }
    }

    /// <summary>Waits for an unsolicited line; asks the platform for a request that does not come by itself.</summary>
    void Await(ModuleLine line, Exchange recorded, TimeSpan due)
    {
        bool HasCome() => _matcher.IsClaimed(line);
        var left = _options.Fast ? TimeSpan.Zero : Positive(due - _module.Now);
        if (DownlinkUrc.Find(line) is not { } request || !_asked.Add((request.Kind, request.MessageId)))
        {
            RunUntil(HasCome, left + _options.Within);
            return;
        }
        if (RunUntil(HasCome, left + OwnAccord))
            return;
        var lines = recorded.Unsolicited.SkipWhile(l => l != line).Select(DownlinkUrc.Find)
            .OfType<DownlinkUrc>().Where(r => (r.Kind, r.MessageId) == (request.Kind, request.MessageId)).ToList();
        if (_module.Ask(request.Kind == "+MIPLWRITE" ? UpToLast(lines) : [request]) is { } problem)
            Note(recorded, string.Create(CultureInfo.InvariantCulture, $"{line.Text}: {problem}"));
        RunUntil(HasCome, _options.Within);
    }

    /// <summary>A write ends with flag 0; what follows under the same message id repeats it.</summary>
    static List<DownlinkUrc> UpToLast(List<DownlinkUrc> lines)
    {
        var last = lines.FindIndex(l => l.Rest.EndsWith(",0", StringComparison.Ordinal));
        return last < 0 ? lines : lines[..(last + 1)];
    }

    bool RunUntil(Func<bool> condition, TimeSpan within) => _module.RunUntil(() =>
    {
        Collect();
        return condition();
    }, Positive(within));

    void Collect()
    {
        var bytes = _module.Take();
        if (bytes.Length > 0)
            _played.Received(_module.Now, bytes, 0);
    }

    void Note(Exchange exchange, string text)
    {
        if (!_notes.TryGetValue(exchange, out var notes))
            _notes[exchange] = notes = [];
        notes.Add(text);
    }

    static TimeSpan Positive(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
