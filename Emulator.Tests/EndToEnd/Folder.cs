namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>A folder of its own below the system's temporary one, removed at the end.</summary>
sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("m531x-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
