using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Core.Recordings;

/// <summary>One burst, or one comment, of a recording.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Burst">Null for a comment.</param>
/// <param name="Note">The comment without its #, else empty.</param>
sealed record RecordedItem(int Line, AtLogLine? Burst, string Note);

/// <summary>An .atlog file: what passed over a serial line, whoever wrote it.</summary>
sealed record Recording(string File, AtLogHeader Header, IReadOnlyList<RecordedItem> Items)
{
    /// <summary>Reads the text of a file. A first line that names the format may be missing.</summary>
    /// <exception cref="RecordingException">A line is neither a burst nor a comment, or the time goes backwards.</exception>
    public static Recording Read(string file, string text)
    {
        var header = new AtLogHeader();
        var items = new List<RecordedItem>();
        var last = TimeSpan.Zero;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length == 0)
                continue;
            if (line[0] == '#')
            {
                var note = line[1..].Trim(' ');
                if (header.Take(note, out header) is { } problem)
                    throw new RecordingException(file, number, 1, problem);
                items.Add(new RecordedItem(number, null, note));
                continue;
            }
            if (!AtLogLine.TryParse(line, out var burst, out var column, out var wrong))
                throw new RecordingException(file, number, column, wrong);
            if (burst.At < last)
                throw new RecordingException(file, number, 1, "the time is before that of the burst above");
            last = burst.At;
            items.Add(new RecordedItem(number, burst, ""));
        }
        return new Recording(file, header, items);
    }
}
