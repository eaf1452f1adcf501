namespace M531x.Emulator.Core.Recordings;

/// <summary>A recording that cannot be read: file, line, column and what is wrong there.</summary>
sealed class RecordingException(string file, int line, int column, string problem)
    : Exception(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}:{line}:{column}: {problem}"))
{
    public int Line => line;
    public int Column => column;
}
