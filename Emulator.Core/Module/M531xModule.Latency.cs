using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Module;

/// <content>
/// The time a command takes: it runs, and is answered, when its delay is over. What the MCU sends meanwhile is echoed at once and read
/// afterwards, as from the receive buffer of a UART.
/// </content>
sealed partial class M531xModule
{
    /// <summary>Bytes that wait behind a command under way; what comes after is lost, as a UART's overrun.</summary>
    const int TypedLimit = 4 * AtLineReader.MaxLength;

    readonly ModuleLatency _latency;
    readonly Queue<byte> _typed = [];
    (string Line, AtLineProblem Problem) _command;
    bool _overrun;

    bool IsAnswering => _timers.IsRunning(Timer.Answer);

    /// <summary>Takes a byte that is heard and echoed.</summary>
    void TakeTyped(byte value)
    {
        if (!IsAnswering)
        {
            TakeByte(value);
            return;
        }
        if (_typed.Count < TypedLimit)
        {
            _typed.Enqueue(value);
            return;
        }
        if (!_overrun)
            Trace("uart", "overrun", Line($"more than {TypedLimit} bytes behind a command under way"), isProblem: true);
        _overrun = true;
    }

    /// <summary>When the first byte of the line that is typed came, when its last one, and when the last command was answered.</summary>
    TimeSpan _lineBegan;
    TimeSpan _lastTyped;
    TimeSpan _answered = TimeSpan.MinValue / 2;

    void TakeByte(byte value)
    {
        if (!_reader.IsEmpty && Fires("half-command-timeout", FaultDirection.Up, "half a command", out _, f => _now - _lastTyped > f.Duration("time")))
            _reader.Clear();
        if (_reader.IsEmpty)
            _lineBegan = _now;
        _lastTyped = _now;
        if (_prompt is not null)
        {
            TakePromptByte(value);
            return;
        }
        var ended = _reader.Feed(value, out var line, out var problem);
        if (_reader.IsEmpty)
            _timers.Stop(Timer.Typing);
        else
            _timers.Set(Timer.Typing, _now + TimeSpan.FromSeconds(Limits.UnendedLineSeconds));
        if (ended)
            StartCommand(line, problem);
    }

    /// <summary>The CR of a line has not come for too long: the line is refused, so that the next command starts afresh.</summary>
    void GiveUpLine()
    {
        var problem = _reader.IsBlank ? AtLineProblem.None : AtLineProblem.NotEnded;
        ForgetLine();
        if (problem != AtLineProblem.None)
            HandleLine("", problem);
    }

    void ForgetLine()
    {
        _reader.Clear();
        _timers.Stop(Timer.Typing);
    }

    void StartCommand(string line, AtLineProblem problem)
    {
        var delay = (_latency.IsNone ? TimeSpan.Zero : DelayOf(line, _latency.Of)) + DelayByFault(line);
        if (delay == TimeSpan.Zero)
        {
            HandleLine(line, problem);
            Drain();
            return;
        }
        _command = (line, problem);
        _timers.Set(Timer.Answer, _now + delay);
        _uart.BeginCommand();
    }

    /// <summary>The delay is over: runs the command, then reads on behind it.</summary>
    void AnswerCommand()
    {
        HandleLine(_command.Line, _command.Problem);
        Drain();
        while (!IsAnswering && _typed.TryDequeue(out var value))
            TakeByte(value);
        _overrun &= _typed.Count > 0;
    }

    /// <summary>Commands of one line take their time one after another.</summary>
    TimeSpan DelayOf(string line, Func<DelayRange, TimeSpan> choose)
    {
        line = line.Trim(' ');
        IEnumerable<string> commands = line.StartsWith("AT", StringComparison.OrdinalIgnoreCase) ? AtLine.SplitCommands(line[2..]) : [line];
        return commands.Aggregate(TimeSpan.Zero, (sum, command) =>
        {
            var parsed = AtLine.Parse(command);
            return sum + choose(FindRow(parsed.Name)?.DelayOf(parsed.Form).Range ?? _options.Profile.Delays.Answer);
        });
    }

    /// <summary>A module that was asleep takes its typical time even without latency: the command that wakes it is lost.</summary>
    TimeSpan WakeTime() => _latency.IsNone ? _options.Profile.Delays.Wake.Typical : _latency.Of(_options.Profile.Delays.Wake);

    /// <summary>Drops what waits behind the command under way, up to its last complete line.</summary>
    void ForgetTypedRest()
    {
        byte[] typed = [.. _typed];
        _typed.Clear();
        foreach (var value in typed.AsSpan(0, Array.LastIndexOf(typed, (byte)'\r') + 1))
            _typed.Enqueue(value);
    }

    void ForgetCommands()
    {
        _timers.Stop(Timer.Answer);
        _typed.Clear();
        _overrun = false;
    }
}
