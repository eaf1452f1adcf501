namespace M531x.Emulator.Cli;

/// <summary>How this program was started, as a line for a shell.</summary>
static class Invocation
{
    const string SafeMarks = "_./:=@%+,-";

    /// <summary>The command with which a user gets this program again.</summary>
    public static string Program()
    {
        var path = Environment.ProcessPath ?? "m531x";
        var name = Path.GetFileNameWithoutExtension(path);
        if (name == "dotnet")
            return $"dotnet {Quote(Path.GetFullPath(Environment.GetCommandLineArgs()[0]))}";
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, Path.GetFileName(path))).FirstOrDefault(File.Exists);
        return onPath == path ? name : Quote(path);
    }

    /// <summary>A word as a POSIX shell takes it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || SafeMarks.Contains(c)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
