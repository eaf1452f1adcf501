using System.Globalization;
using System.Text;

namespace M531x.Emulator.Core.Tracing;

/// <summary>One burst of a transcript.</summary>
/// <param name="At">Core time of the first byte.</param>
/// <param name="ByMcu">Sent by the MCU; else by the module.</param>
/// <param name="Bytes">As on the line.</param>
sealed record AtLogLine(TimeSpan At, bool ByMcu, byte[] Bytes)
{
    const string Mcu = "mcu> ";
    const string Module = "mod> ";

    /// <summary>A sign, six digits of seconds and six of their fraction.</summary>
    const int TimeLength = 14;

    /// <summary>Sign, time, blank, whose bytes they are.</summary>
    public static string Head(TimeSpan at, bool byMcu) => string.Create(CultureInfo.InvariantCulture,
        $"+{(long)at.TotalSeconds:000000}.{(long)at.TotalMicroseconds % 1_000_000:000000} {(byMcu ? Mcu : Module)}");

    /// <summary>Printable ASCII as it is, \r, \n, \t and \\, every other byte as \xHH.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 8);
        foreach (var value in bytes)
        {
            _ = value switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7F => text.Append((char)value),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            };
        }
        return text.ToString();
    }

    /// <summary>Reads a line of a transcript that is neither a comment nor empty.</summary>
    public static bool TryParse(string line, out AtLogLine burst) => TryParse(line, out burst, out _, out _);

    /// <summary>Reads a line of a transcript that is neither a comment nor empty.</summary>
    /// <param name="column">Of what is wrong, from 1.</param>
    /// <param name="problem">What is wrong there.</param>
    public static bool TryParse(string line, out AtLogLine burst, out int column, out string problem)
    {
        burst = null!;
        column = 1;
        problem = "expected a time such as +000012.345678";
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank < TimeLength || line[0] != '+'
            || !decimal.TryParse(line.AsSpan(1, blank - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds > (decimal)TimeSpan.MaxValue.TotalSeconds / 2)
            return false;
        var rest = line.AsSpan(blank + 1);
        var byMcu = rest.StartsWith(Mcu);
        column = blank + 2;
        problem = "expected mcu> or mod>, and a blank";
        if (!byMcu && !rest.StartsWith(Module))
            return false;
        if (!TryUnescape(rest[Mcu.Length..], out var bytes, out var wrong, out problem))
        {
            column += Mcu.Length + wrong;
            return false;
        }
        burst = new AtLogLine(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)), byMcu, bytes);
        return true;
    }

    public override string ToString() => Head(At, ByMcu) + Escape(Bytes);

    /// <summary>Undoes <see cref="Escape"/>.</summary>
    /// <param name="wrong">Index of what is wrong.</param>
    /// <param name="problem">What is wrong there.</param>
    public static bool TryUnescape(ReadOnlySpan<char> text, out byte[] bytes, out int wrong, out string problem)
    {
        List<byte> found = [];
        bytes = [];
        for (var i = 0; i < text.Length; i++)
        {
            wrong = i;
            problem = "expected printable ASCII; other bytes are written \\xHH";
            if (text[i] is < ' ' or > '~')
                return false;
            if (text[i] != '\\')
            {
                found.Add((byte)text[i]);
                continue;
            }
            problem = "expected \\r, \\n, \\t, \\\\ or \\xHH";
            if (++i == text.Length)
                return false;
            switch (text[i])
            {
                case 'r':
                    found.Add((byte)'\r');
                    break;
                case 'n':
                    found.Add((byte)'\n');
                    break;
                case 't':
                    found.Add((byte)'\t');
                    break;
                case '\\':
                    found.Add((byte)'\\');
                    break;
                case 'x' when i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value):
                    found.Add(value);
                    i += 2;
                    break;
                default:
                    return false;
            }
        }
        wrong = 0;
        problem = "";
        bytes = [.. found];
        return true;
    }
}
