using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Parts;

/// <summary>
/// The one way of a module's lines to the UART: <see cref="OutputScheduler"/> orders them, and here act the faults that lose, double,
/// delay or misplace unsolicited lines.
/// </summary>
sealed class AtOutput(ModuleContext context)
{
    readonly OutputScheduler _uart = new(context.Options.Pace, context.Profile.Baud) { Echo = context.Profile.EchoByDefault };

    /// <summary>Lines that wait for their time, in the order in which they leave.</summary>
    readonly PriorityQueue<(string Text, string Shown), (TimeSpan At, long Order)> _late = new();
    long _lateCount;

    public bool Echo { get => _uart.Echo; set => _uart.Echo = value; }

    /// <summary>Bytes lost because the pace is slower than the output.</summary>
    public long Lost => _uart.Lost;

    /// <summary>Bytes that have not left yet.</summary>
    public int Waiting => _uart.Waiting;

    public TimeSpan NextDeadline
    {
        get
        {
            var next = _uart.NextRelease < _uart.NextUnplaced ? _uart.NextRelease : _uart.NextUnplaced;
            return NextLate < next ? NextLate : next;
        }
    }

    TimeSpan NextLate => _late.TryPeek(out _, out var first) ? first.At : TimeSpan.MaxValue;

    /// <summary>Dequeues what has left the UART by now, in order.</summary>
    public bool TryTake(out UartOutput output) => _uart.TryTake(context.Now, out output);

    /// <summary>Prints an information line of the command under way.</summary>
    public void Info(string text) => _uart.Info(text);

    /// <summary>Prints a line with keys; the trace shows the other text.</summary>
    public void Info(string text, string shown) => _uart.Info(text, shown);

    /// <summary>Prints bytes that are not a line, such as parts of a boot banner.</summary>
    public void Raw(string text) => _uart.Raw(text);

    public void Urc(string text) => Urc(text, text);

    /// <param name="text">The line.</param>
    /// <param name="shown">As the trace may show it.</param>
    public void Urc(string text, string shown)
    {
        var isLost = context.TryTrigger("lost-urc", FaultDirection.Down, shown, out _);
        var isDoubled = context.TryTrigger("duplicate-urc", FaultDirection.Down, shown, out _, isMoot: isLost);
        var isLate = context.TryTrigger("late-urc", FaultDirection.Down, shown, out var late, isMoot: isLost);
        if (isLost)
            return;
        for (var copies = isDoubled ? 2 : 1; copies > 0; copies--)
        {
            if (isLate)
                Delay(text, shown, late.Duration("delay"));
            else
                Place(text, shown);
        }
    }

    public void EchoByte(byte value) => _uart.EchoByte(value);

    public void BeginCommand() => _uart.BeginCommand();

    /// <summary>Prints the final line of the command; null for a command without one.</summary>
    public void EndCommand(string? final) => _uart.EndCommand(final);

    /// <summary>Delays the lines whose place is a while after the command that has ended.</summary>
    public void DelayPlacedBehind()
    {
        foreach (var urc in _uart.TakePlacedBehind())
            Delay(urc.Text, urc.Shown, urc.Delay);
    }

    /// <summary>Drops what waits beyond so many bytes: the UART has lost its supply.</summary>
    public void Truncate(int bytes) => _uart.Truncate(bytes);

    /// <summary>The UART runs at another speed, in bit/s, once everything so far has left.</summary>
    public void ChangeSpeed(int speed) => _uart.ChangeSpeed(speed);

    public void HandleTimeout()
    {
        while (NextLate <= context.Now)
        {
            var (text, shown) = _late.Dequeue();
            _uart.Urc(text, shown);
        }
        _uart.PrintUnplaced(context.Now);
    }

    /// <summary>Drops what waits: the module restarts.</summary>
    public void Reset()
    {
        _late.Clear();
        _uart.Reset();
        _uart.Echo = context.Profile.EchoByDefault;
    }

    void Delay(string text, string shown, TimeSpan delay) => _late.Enqueue((text, shown), (context.Now + delay, _lateCount++));

    void Place(string text, string shown)
    {
        if (!context.TryTrigger("urc-placement", FaultDirection.Down, shown, out var fault))
        {
            _uart.Urc(text, shown);
            return;
        }
        var place = fault.Text("place") switch
        {
            "before-echo" => UrcPlace.BeforeEcho,
            "inside-response" => UrcPlace.InsideResponse,
            "glued-to-ok" => UrcPlace.GluedToFinal,
            "after-ok" => UrcPlace.AfterFinal,
            "split" => UrcPlace.Split,
            _ => UrcPlace.BeforeResponse,
        };
        _uart.Place(new PlacedUrc(place, text, shown, fault.Duration("delay"), context.Now + fault.Duration("hold")));
    }
}
