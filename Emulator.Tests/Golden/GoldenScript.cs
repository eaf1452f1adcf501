namespace M531x.Emulator.Tests.Golden;

/// <summary>One step of a transcript: what it does, its text, and where it stands.</summary>
sealed record GoldenStep(string Verb, string Text, string File, int Number, string Source)
{
    /// <summary>For "mod within 5s&gt;", "wait 5s", "silent 5s" and "attach 5s".</summary>
    public double? Seconds { get; init; }
}

/// <summary>Reads transcripts: one step a line, # for comments, "include NAME" for NAME.part in the same folder.</summary>
static class GoldenScript
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    static readonly string[] Arrows = ["mcu>", "mod>", "echo>", "api>", "api<", "platform>"];

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.golden").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public static IReadOnlyList<GoldenStep> Read(string file) => Read(file, File.ReadAllLines(Path.Combine(Folder, file)));

    public static IReadOnlyList<GoldenStep> Read(string file, string[] lines)
    {
        List<GoldenStep> steps = [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
                continue;
            if (lines[i].StartsWith("include ", StringComparison.Ordinal))
                steps.AddRange(Read(lines[i]["include ".Length..] + ".part"));
            else
                steps.Add(Parse(lines[i], file, i + 1));
        }
        return steps;
    }

    static GoldenStep Parse(string line, string file, int number)
    {
        if (Arrows.FirstOrDefault(a => line.StartsWith(a, StringComparison.Ordinal)) is { } arrow)
            return new GoldenStep(arrow, AfterBlank(line, arrow.Length), file, number, line);
        var words = line.Split(' ');
        if (words is ["mod", "within", var limit, ..] && limit.EndsWith("s>", StringComparison.Ordinal))
            return new GoldenStep("mod>", AfterBlank(line, line.IndexOf("s>", StringComparison.Ordinal) + 2), file, number, line) { Seconds = Number(limit[..^2]) };
        if (words is ["wait" or "silent", var time] && time.EndsWith('s'))
            return new GoldenStep(words[0], "", file, number, line) { Seconds = Number(time[..^1]) };
        if (words is ["attach", var delay] && delay.EndsWith('s'))
            return new GoldenStep(words[0], "", file, number, line) { Seconds = Number(delay[..^1]) };
        if (words is ["profile", _] or ["reset", "power" or "pin" or "at" or "watchdog"])
            return new GoldenStep(words[0], words[1], file, number, line);
        if (words is ["network", "on" or "off"] or ["age", "mapping"] or ["ageing", "off"] or ["connection-ids", "on"] or ["device", "unknown"] or ["device", "authcode", _])
            return new GoldenStep(words[0], string.Join(' ', words[1..]), file, number, line);
        throw new FormatException($"{file}:{number}: not a step: {line}");
    }

    /// <summary>Exactly one blank separates the arrow from its text.</summary>
    static string AfterBlank(string line, int position) => line.Length > position ? line[(position + 1)..] : "";

    static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
