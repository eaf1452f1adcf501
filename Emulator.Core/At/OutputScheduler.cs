using System.Text;

namespace M531x.Emulator.Core.At;

/// <summary>
/// The one writer of the UART: echo, information lines, final results and URCs pass here, and their order is decided here.
/// A URC that arises while a command runs waits until the command's final line is out. With a pace each byte leaves in its own time.
/// Text is one character per byte (Latin-1), so that values pass through unchanged.
/// </summary>
/// <param name="pace">As of <see cref="UartTransmitter"/>; null sends at once.</param>
/// <param name="unknownSpeed">What counts for a line speed of 0.</param>
sealed class OutputScheduler(int? pace = null, int unknownSpeed = 9600)
{
    readonly UartTransmitter _output = new(pace, unknownSpeed);
    readonly List<(string Text, string Shown)> _heldUrcs = [];
    readonly List<PlacedUrc> _placed = [];
    readonly List<byte> _echo = [];
    bool _commandUnderWay;

    /// <summary>The first byte of a command has come, and not its end.</summary>
    bool _isTyped;

    public bool Echo { get; set; }

    /// <summary>Bytes refused because too many were waiting for their time.</summary>
    public long Lost => _output.Lost;

    /// <summary>When the next bytes leave; <see cref="TimeSpan.MaxValue"/> when none wait.</summary>
    public TimeSpan NextRelease => _output.NextRelease;

    /// <summary>Takes what has left the UART by now, in order.</summary>
    public bool TryTake(TimeSpan now, out UartOutput output)
    {
        EndEcho();
        return _output.TryTake(now, out output);
    }

    /// <summary>When a line that waits for its place is printed without one; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextUnplaced => _placed.Count == 0 ? TimeSpan.MaxValue : _placed.Min(p => p.Until);

    /// <summary>Bytes that have not left yet.</summary>
    public int Waiting
    {
        get
        {
            EndEcho();
            return _output.Waiting;
        }
    }

    public void EchoByte(byte value)
    {
        if (!_isTyped && value is not ((byte)'\r' or (byte)'\n'))
        {
            _isTyped = true;
            PrintPlaced(UrcPlace.BeforeEcho);
        }
        if (Echo)
            _echo.Add(value);
    }

    public void BeginCommand()
    {
        _commandUnderWay = true;
        _isTyped = false;
        PrintPlaced(UrcPlace.BeforeResponse);
    }

    /// <summary>An information line of the command under way.</summary>
    public void Info(string text) => Info(text, text);

    public void Info(string text, string shown)
    {
        Line(text, shown);
        PrintPlaced(UrcPlace.InsideResponse);
    }

    /// <summary>The final line, then the URCs that waited for it.</summary>
    public void EndCommand(string? final)
    {
        PrintPlaced(UrcPlace.InsideResponse);
        if (final is not null)
            PrintFinal(final);
        _commandUnderWay = false;
        foreach (var urc in _heldUrcs)
            Line(urc.Text, urc.Shown);
        _heldUrcs.Clear();
    }

    public void Urc(string text) => Urc(text, text);

    public void Urc(string text, string shown)
    {
        if (_commandUnderWay)
            _heldUrcs.Add((text, shown));
        else
            Line(text, shown);
    }

    /// <summary>A URC that goes elsewhere than to its proper place.</summary>
    public void Place(PlacedUrc urc)
    {
        if (urc.Place != UrcPlace.Split)
        {
            _placed.Add(urc);
            if (_commandUnderWay)
                PrintPlaced(UrcPlace.BeforeResponse);
            return;
        }
        var text = $"\r\n{urc.Text}\r\n";
        Enqueue(text[..(text.Length / 2)], null);
        Enqueue(text[(text.Length / 2)..], urc.Shown, urc.Delay);
    }

    /// <summary>Takes the lines that are to come a while after the command that has just ended.</summary>
    public IReadOnlyList<PlacedUrc> TakePlacedBehind() => TakePlaced(p => p.Place == UrcPlace.AfterFinal);

    /// <summary>Prints what has waited long enough for a command.</summary>
    public void PrintUnplaced(TimeSpan now)
    {
        foreach (var urc in TakePlaced(p => p.Until <= now))
            Urc(urc.Text, urc.Shown);
    }

    /// <summary>Drops what waits beyond so many bytes: the UART has lost its supply.</summary>
    public void Truncate(int bytes) => _output.Truncate(bytes);

    /// <summary>Bytes that are no line, such as parts of a boot banner.</summary>
    public void Raw(string text) => Enqueue(text, null);

    /// <summary>The UART runs at another speed, in bit/s, once everything so far has left.</summary>
    public void ChangeSpeed(int speed)
    {
        EndEcho();
        _output.ChangeSpeed(speed);
    }

    /// <summary>Drops what waits: the module restarts.</summary>
    public void Reset()
    {
        _heldUrcs.Clear();
        _placed.Clear();
        _commandUnderWay = _isTyped = false;
    }

    void PrintPlaced(UrcPlace place)
    {
        if (_placed.Count == 0)
            return;
        foreach (var urc in TakePlaced(p => p.Place == place))
            Line(urc.Text, urc.Shown);
    }

    void PrintFinal(string final)
    {
        if (_placed.Count == 0 || TakePlaced(p => p.Place == UrcPlace.GluedToFinal) is not { Count: > 0 } glued)
        {
            Line(final, final);
            return;
        }
        var lines = glued.Select(g => g.Text).Prepend(final);
        Enqueue($"\r\n{string.Join("\r\n", lines)}\r\n", string.Join(' ', glued.Select(g => g.Shown).Prepend(final)));
    }

    List<PlacedUrc> TakePlaced(Predicate<PlacedUrc> condition)
    {
        var taken = _placed.FindAll(condition);
        _placed.RemoveAll(condition);
        return taken;
    }

    void Line(string text, string shown) => Enqueue($"\r\n{text}\r\n", shown);

    void Enqueue(string text, string? shown, TimeSpan gap = default)
    {
        EndEcho();
        _output.Send(Encoding.Latin1.GetBytes(text), shown, gap: gap);
    }

    /// <summary>Echoed bytes with nothing between them leave in one piece.</summary>
    void EndEcho()
    {
        if (_echo.Count > 0)
            _output.Send([.. _echo], isEcho: true);
        _echo.Clear();
    }
}
