using System.Text;

namespace M531x.Emulator.Core.At;

enum AtLineProblem
{
    None,
    TooLong,
    NotPrintable,

    /// <summary>Its CR never came.</summary>
    NotEnded,
}

/// <summary>
/// Collects UART bytes into command lines: CR ends a line, LF and NUL are skipped, backspace takes a character back
/// (ITU-T V.250 §5.2). A line that is too long or holds a byte that is not printable is reported at its CR.
/// </summary>
sealed class AtLineReader
{
    /// <summary>Longest line taken, in characters without its CR.</summary>
    public const int MaxLength = 4096;

    const byte Backspace = 0x08;
    const byte Delete = 0x7F;

    readonly StringBuilder _line = new();
    AtLineProblem _problem;

    /// <summary>Nothing waits for its CR.</summary>
    public bool IsEmpty => _line.Length == 0 && _problem == AtLineProblem.None;

    /// <summary>Nothing but blanks waits for its CR.</summary>
    public bool IsBlank => _problem == AtLineProblem.None && IsBlankLine(_line.ToString());

    /// <summary>Takes one byte; true when it completed a line that is not empty.</summary>
    public bool Feed(byte value, out string line, out AtLineProblem problem)
    {
        line = "";
        problem = AtLineProblem.None;
        switch (value)
        {
            case (byte)'\r':
                problem = _problem;
                line = _line.ToString();
                Clear();
                return problem != AtLineProblem.None || !IsBlankLine(line);
            case (byte)'\n' or 0:
                break;
            case Backspace or Delete:
                if (_line.Length > 0)
                    _line.Length--;
                break;
            case < 0x20 or > 0x7E:
                _problem = AtLineProblem.NotPrintable;
                break;
            default:
                if (_line.Length < MaxLength)
                    _line.Append((char)value);
                else if (_problem == AtLineProblem.None)
                    _problem = AtLineProblem.TooLong;
                break;
        }
        return false;
    }

    public void Clear()
    {
        _line.Clear();
        _problem = AtLineProblem.None;
    }

    static bool IsBlankLine(string line) => line.AsSpan().Trim(' ').IsEmpty;
}
