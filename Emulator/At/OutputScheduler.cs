using System.Text;

namespace M531x.Emulator.At;

/// <summary>
/// The one writer of the UART: echo, information lines, final results and URCs pass here, and their order is decided here.
/// A URC that arises while a command runs waits until the command's final line is out.
/// Text is one character per byte (Latin-1), so that values pass through unchanged.
/// </summary>
sealed class OutputScheduler
{
    /// <summary>The bytes, and the line they are as the trace shows it; null for what is no line.</summary>
    readonly Queue<(byte[] Bytes, string? Shown)> _output = [];
    readonly List<(string Text, string Shown)> _heldUrcs = [];
    readonly List<byte> _echo = [];
    bool _commandUnderWay;

    public bool Echo { get; set; }

    public bool TryTake(out byte[] bytes) => TryTake(out bytes, out _);

    /// <param name="bytes">For the UART.</param>
    /// <param name="shown">The line in them as it may be shown to others than the MCU: without keys. Null for an echo and other parts of lines.</param>
    public bool TryTake(out byte[] bytes, out string? shown)
    {
        EndEcho();
        var found = _output.TryDequeue(out var output);
        (bytes, shown) = output;
        return found;
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
        _output.Enqueue((Encoding.Latin1.GetBytes(text), shown));
    }

    /// <summary>Echoed bytes with nothing between them leave in one piece.</summary>
    void EndEcho()
    {
        if (_echo.Count > 0)
            _output.Enqueue(([.. _echo], null));
        _echo.Clear();
    }
}
