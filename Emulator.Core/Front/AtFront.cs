using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Front;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;

[assembly: CommandFamily<AtFront>(Order = 10)]

namespace M531x.Emulator.Core.Front;

/// <summary>
/// The module's side of the UART: bytes become lines, one command runs at a time, and each takes its time. What the MCU sends meanwhile is
/// echoed at once and read afterwards, as from the receive buffer of a UART. The module runs the lines that <see cref="TryTakeLine"/> gives.
/// </summary>
sealed class AtFront(ModuleContext context) : ModulePart(context), ICommandFamily<AtFront>, IRadioUser
{
    /// <summary>Bytes that wait behind a command under way; what comes after is lost, as a UART's overrun.</summary>
    const int TypedLimit = 4 * AtLineReader.MaxLength;

    readonly AtLineReader _reader = new();
    readonly RowFinder _rows = new(context);
    readonly UartSleep _sleep = new(context);
    readonly Queue<byte> _typed = [];

    /// <summary>The command whose delay is not over; null when none is.</summary>
    CommandLine? _pending;
    TimeSpan _answerAt = TimeSpan.MaxValue;

    /// <summary>When a line that was begun has waited long enough for its CR.</summary>
    TimeSpan _giveUpAt = TimeSpan.MaxValue;
    TimeSpan _lineBegan;
    TimeSpan _lastTyped;
    bool _overrun;
    long _lostReported;

    public static IEnumerable<AtCommand> Rows => FrontRows.All;

    /// <summary>AT+CMEE: 0 hides the numbers of +CME ERROR.</summary>
    public int ErrorMode { get; private set; }

    public RowFinder Finder => _rows;

    public UartSleep Sleep => _sleep;

    public RadioTurn Turn => RadioTurn.Wake;

    public override TimeSpan NextDeadline =>
        Earlier(Earlier(_answerAt, _giveUpAt), Earlier(_sleep.NextDeadline, Context.Output.NextDeadline));

    public static AtFront Create(ModuleContext context) => new(context);

    /// <summary>Receives a byte of the MCU. A complete line waits for <see cref="TryTakeLine"/>.</summary>
    public bool TryReceive(byte value, out CommandLine line)
    {
        line = default;
        if (!_sleep.TryHear())
            return false;
        if (Context.Input.Receiver is null)
            Context.Output.EchoByte(value);
        if (_pending is null)
            return TryRead(value, out line);
        if (_typed.Count < TypedLimit)
        {
            _typed.Enqueue(value);
            return false;
        }
        if (!_overrun)
            Context.Trace("uart", "overrun", Text($"more than {TypedLimit} bytes behind a command under way"), isProblem: true);
        _overrun = true;
        return false;
    }

    /// <summary>Dequeues the next line whose time has come: the command under way, or one that was typed behind it.</summary>
    public bool TryTakeLine(out CommandLine line)
    {
        line = default;
        if (_giveUpAt <= Now && TryGiveUp(out line))
            return true;
        if (_pending is { } due && _answerAt <= Now)
        {
            line = due;
            (_pending, _answerAt) = (null, TimeSpan.MaxValue);
            return true;
        }
        while (_pending is null && _typed.TryDequeue(out var value))
        {
            if (TryRead(value, out line))
                return true;
        }
        _overrun &= _typed.Count > 0;
        return false;
    }

    /// <summary>Drops a command line, or data for a socket, that has not been ended: the program that typed it has left the line.</summary>
    public void ForgetTyped()
    {
        if (_pending is not null)
            ForgetTypedRest();
        ForgetLine();
        if (Context.Input.Receiver is not null)
            Context.Input.End(null);
    }

    public void HandleRadio(RadioEvent radioEvent)
    {
        if (_sleep.HandleRadio(radioEvent))
            ForgetLine();
    }

    public override void HandleTimeout()
    {
        if (_sleep.HandleTimeout())
            ForgetLine();
    }

    public override void Reset()
    {
        ForgetLine();
        (_pending, _answerAt) = (null, TimeSpan.MaxValue);
        _typed.Clear();
        _overrun = false;
        ErrorMode = 0;
        _sleep.Reset();
    }

    public override bool TryApply(ActiveFault fault, bool begins)
    {
        if (fault.Spec.Type.Name != "break")
            return false;
        if (begins)
            Context.Output.Raw("\0");
        return true;
    }

    /// <summary>Traces lost output: one event each time the loss begins or doubles.</summary>
    public void ReportLostOutput()
    {
        var lost = Context.Output.Lost;
        if (lost == 0 || lost < 2 * _lostReported)
            return;
        _lostReported = lost;
        Context.Trace("uart", "output.lost", Text($"{lost} bytes so far: the pace is too slow"), isProblem: true, ("bytes", lost));
    }

    public AtResult SetEcho(bool on)
    {
        Context.Output.Echo = on;
        return AtResult.Ok;
    }

    public AtResult ReadErrorMode() => Show("+CMEE", ErrorMode.ToString(CultureInfo.InvariantCulture));

    public AtResult SetErrorMode(AtArguments arguments)
    {
        ErrorMode = arguments.Int(0);
        return AtResult.Ok;
    }

    public AtResult Reboot()
    {
        Context.Output.Raw(Profile.Boot.Rebooting);
        Context.RequestRestart(ResetCause.At);
        return AtResult.None;
    }

    /// <summary>Reads a byte that is heard and echoed; true when it ends a line that runs at once.</summary>
    bool TryRead(byte value, out CommandLine line)
    {
        line = default;
        if (!_reader.IsEmpty && IsTimedOut())
            _reader.Clear();
        if (_reader.IsEmpty)
            _lineBegan = Now;
        _lastTyped = Now;
        if (Context.Input.Receiver is { } receiver)
        {
            receiver.Receive(value);
            return false;
        }
        var ended = _reader.Feed(value, out var text, out var problem);
        _giveUpAt = _reader.IsEmpty ? TimeSpan.MaxValue : Now + TimeSpan.FromSeconds(Context.Limits.UnendedLineSeconds);
        if (!ended)
            return false;
        line = new CommandLine(text, problem, _lineBegan);
        return !IsDelayed(line);
    }

    bool IsTimedOut() => Context.TryTrigger(
        "half-command-timeout", FaultDirection.Up, "half a command", out _, f => Now - _lastTyped > f.Duration("time"));

    bool IsDelayed(CommandLine line)
    {
        var delay = (Context.Latency.IsNone ? TimeSpan.Zero : _rows.DelayOf(line.Text, Context.Latency.Of)) + DelayByFault(line.Text);
        if (delay == TimeSpan.Zero)
            return false;
        (_pending, _answerAt) = (line, Now + delay);
        Context.Output.BeginCommand();
        return true;
    }

    /// <summary>How much later than usual a command is answered.</summary>
    TimeSpan DelayByFault(string line)
    {
        if (!Context.TryTrigger("delay", FaultDirection.Up, line, out var fault))
            return TimeSpan.Zero;
        return fault.Text("kind") switch
        {
            "jitter" => fault.Duration("time") * (2 * fault.Random.NextDouble()),
            "max" => _rows.DelayOf(line, range => range.Slowest),
            _ => fault.Duration("time"),
        };
    }

    /// <summary>The CR of a line has not come for too long: the line is refused, so that the next command starts afresh.</summary>
    bool TryGiveUp(out CommandLine line)
    {
        line = new CommandLine("", AtLineProblem.NotEnded, _lineBegan);
        var isBlank = _reader.IsBlank;
        ForgetLine();
        return !isBlank;
    }

    void ForgetLine()
    {
        _reader.Clear();
        _giveUpAt = TimeSpan.MaxValue;
    }

    /// <summary>Drops what waits behind the command under way, up to its last complete line.</summary>
    void ForgetTypedRest()
    {
        byte[] typed = [.. _typed];
        _typed.Clear();
        foreach (var value in typed.AsSpan(0, Array.LastIndexOf(typed, (byte)'\r') + 1))
            _typed.Enqueue(value);
    }
}
