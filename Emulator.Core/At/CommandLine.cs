namespace M531x.Emulator.Core.At;

/// <summary>A line that has come from the MCU.</summary>
/// <param name="Text">Its characters without CR.</param>
/// <param name="Problem">Why it cannot be a command.</param>
/// <param name="Began">Core time of its first byte.</param>
readonly record struct CommandLine(string Text, AtLineProblem Problem, TimeSpan Began)
{
    /// <summary>Blanks around a command have no meaning.</summary>
    public string Trimmed => Text.Trim(' ');

    /// <summary>Keys travel in CREATE and CREATEEX only; their arguments are masked, wherever the command stands in the line.</summary>
    public static string Redact(string line)
    {
        var create = line.IndexOf("MIPLCREATE", StringComparison.OrdinalIgnoreCase);
        var equals = create < 0 ? -1 : line.IndexOf('=', create);
        return equals < 0 ? line : $"{line[..equals]}=…";
    }
}
