using System.Text;

namespace M531x.Emulator.At;

/// <summary>
/// The one writer of the UART: echo, information lines, final results and URCs pass here, and their order is decided here.
/// A URC that arises while a command runs waits until the command's final line is out.
/// Text is one character per byte (Latin-1), so that values pass through unchanged.
/// </summary>
sealed class OutputScheduler
{
    readonly Queue<byte[]> _output = [];
    readonly List<string> _heldUrcs = [];
    bool _commandUnderWay;

    public bool Echo { get; set; }

    public bool TryTake(out byte[] bytes) => _output.TryDequeue(out bytes!);

    public void EchoByte(byte value)
    {
        if (Echo)
            _output.Enqueue([value]);
    }

    public void BeginCommand() => _commandUnderWay = true;

    /// <summary>An information line of the command under way.</summary>
    public void Info(string text) => Line(text);

    /// <summary>The final line, then the URCs that waited for it.</summary>
    public void EndCommand(string? final)
    {
        if (final is not null)
            Line(final);
        _commandUnderWay = false;
        foreach (var urc in _heldUrcs)
            Line(urc);
        _heldUrcs.Clear();
    }

    public void Urc(string text)
    {
        if (_commandUnderWay)
            _heldUrcs.Add(text);
        else
            Line(text);
    }

    /// <summary>Bytes that are no line, such as parts of a boot banner.</summary>
    public void Raw(string text) => _output.Enqueue(Encoding.Latin1.GetBytes(text));

    /// <summary>Drops what waits: the module restarts.</summary>
    public void Reset()
    {
        _heldUrcs.Clear();
        _commandUnderWay = false;
    }

    void Line(string text) => Raw($"\r\n{text}\r\n");
}
