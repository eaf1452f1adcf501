using System.Globalization;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Mipl;

/// <summary>AT+MIPLCREATE=totalsize,config,index,currentsize,flag as text (manual §1.1); sizes count bytes.</summary>
static class CreateLine
{
    /// <summary>The most bytes the command takes.</summary>
    public const int MaxBytes = 1024;

    const string Name = "+MIPLCREATE";

    /// <summary>The places of the numbers, and what the command takes.</summary>
    static readonly (int Index, string Name, int Least, int Most)[] Numbers =
        [(0, "totalsize", 1, MaxBytes), (2, "index", 0, 255), (3, "currentsize", 1, MaxBytes), (4, "flag", 0, 2)];

    public static string Write(ReadOnlySpan<byte> config) =>
        string.Create(CultureInfo.InvariantCulture, $"AT{Name}={config.Length},{Convert.ToHexString(config)},0,{config.Length},0");

    /// <summary>
    /// Reads bare hexadecimal digits, the arguments alone, or whole command lines; several lines are the fragments of one configuration.
    /// </summary>
    /// <param name="text">What was given.</param>
    /// <param name="config">The joined bytes; meaningless when the result is false.</param>
    /// <param name="error">Empty, or what is wrong and where.</param>
    public static bool TryRead(string text, out byte[] config, out string error)
    {
        config = [];
        var lines = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            return Refuse("nothing to decode", out error);
        var fragments = new ConfigFragments();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].Contains(',', StringComparison.Ordinal) && !IsCommand(lines[i]))
                return lines.Length == 1 ? TryReadHex(lines[0], out config, out error) : Refuse($"line {i + 1} is no AT+MIPLCREATE line", out error);
            if (!TryReadArguments(lines[i], out var arguments, out error))
                return false;
            if (!TryReadHex(arguments.Text(1), out var bytes, out error))
                return Refuse($"fragment {i + 1} at byte {fragments.Count}: config {error}", out error);
            var outcome = fragments.Take(arguments.Int(0), bytes, arguments.Int(2), arguments.Int(3), arguments.Int(4), out var refusal);
            if (outcome == ConfigFragments.Outcome.Refused)
                return Refuse($"fragment {i + 1} {refusal}", out error);
            if (outcome == ConfigFragments.Outcome.Complete && i < lines.Length - 1)
                return Refuse($"line {i + 2} follows the last fragment", out error);
            config = fragments.Bytes;
            if (outcome == ConfigFragments.Outcome.Complete)
                return true;
        }
        return Refuse($"the last fragment is missing after {fragments.Count} bytes", out error);
    }

    static bool TryReadArguments(string line, out AtArguments arguments, out string error)
    {
        arguments = null!;
        var text = line;
        if (IsCommand(line))
        {
            var command = AtLine.Parse(line[2..]);
            if (command is { Name: Name, Form: AtForms.Execute })
                return Refuse($"AT{Name} without parameters carries no configuration: the module then bootstraps at its default server", out error);
            if (command.Name != Name || command.Form != AtForms.Set)
                return Refuse($"AT{command.Name}{(command.Form == AtForms.Read ? "?" : command.Form == AtForms.Test ? "=?" : "")} is not AT{Name}=", out error);
            text = command.Arguments;
        }
        if (!AtArguments.TrySplit(text, out var items) || items.Count != 5)
            return Refuse($"expected AT{Name}=totalsize,config,index,currentsize,flag", out error);
        foreach (var (index, name, least, most) in Numbers)
        {
            if (!int.TryParse(items[index].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
                return Refuse($"{name} {items[index].Text}: expected {least} to {most}", out error);
        }
        arguments = new AtArguments(items);
        error = "";
        return true;
    }

    /// <summary>T is no hexadecimal digit.</summary>
    static bool IsCommand(string line) => line.StartsWith("AT", StringComparison.OrdinalIgnoreCase);

    static bool TryReadHex(string digits, out byte[] bytes, out string error)
    {
        bytes = [];
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiHexDigit(digits[i]))
                return Refuse($"byte {i / 2} is not hexadecimal: '{digits[i]}' at digit {i}", out error);
        }
        if (digits.Length % 2 != 0)
            return Refuse($"byte {digits.Length / 2} has one hexadecimal digit", out error);
        bytes = Convert.FromHexString(digits);
        error = "";
        return true;
    }

    static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }
}
