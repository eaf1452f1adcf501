namespace M531x.Emulator.Drivers;

/// <summary>Small text files that are read and written as a whole.</summary>
static class WholeFile
{
    /// <summary>Null when there is none yet.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is there and may not be read.</exception>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Why <see cref="Write"/> would fail there; null when it would not.</summary>
    public static string? ProblemOf(string path) => Directory.Exists(path) ? "is a folder" : ProblemOfFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, creates: false);

    /// <summary>Why no file can be written in a folder; null when one can.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="creates">It is made when there is none.</param>
    public static string? ProblemOfFolder(string folder, bool creates)
    {
        try
        {
            if (creates)
                Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".m531x-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
            new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }

    /// <summary>Written under another name and renamed into place, so that a reader never sees half of it. Null, or what went wrong.</summary>
    public static string? Write(string path, string text)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(temporary, text + "\n");
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            return e.Message;
        }
    }
}
