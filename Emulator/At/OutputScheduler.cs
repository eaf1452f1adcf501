using System.Text;

namespace M531x.Emulator.At;

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
    readonly List<byte> _echo = [];
    bool _commandUnderWay;

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

    public void EchoByte(byte value)
    {
        if (Echo)
            _echo.Add(value);
    }

    public void BeginCommand() => _commandUnderWay = true;

    /// <summary>An information line of the command under way.</summary>
    public void Info(string text) => Info(text, text);

    public void Info(string text, string shown) => Line(text, shown);

    /// <summary>The final line, then the URCs that waited for it.</summary>
    public void EndCommand(string? final)
    {
        if (final is not null)
            Line(final, final);
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
        _commandUnderWay = false;
    }

    void Line(string text, string shown) => Enqueue($"\r\n{text}\r\n", shown);

    void Enqueue(string text, string? shown)
    {
        EndEcho();
        _output.Send(Encoding.Latin1.GetBytes(text), shown);
    }

    /// <summary>Echoed bytes with nothing between them leave in one piece.</summary>
    void EndEcho()
    {
        if (_echo.Count > 0)
            _output.Send([.. _echo], isEcho: true);
        _echo.Clear();
    }
}
