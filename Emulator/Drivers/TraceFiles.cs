using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Tracing;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>What becomes of a folder of traces.</summary>
enum TraceKeeping
{
    Always,

    /// <summary>The files go when all went well.</summary>
    OnFailure,
}

/// <summary>Which traces to write where; null for none.</summary>
sealed record TraceFileOptions
{
    public string? Json { get; init; }
    public string? Transcript { get; init; }
    public string? Capture { get; init; }

    /// <summary>A folder that gets one file of each kind.</summary>
    public string? Folder { get; init; }
    public TraceKeeping Keeping { get; init; }

    /// <summary>The capture needs the secrets of the handshakes.</summary>
    public bool WantsSecrets => Capture is not null || Folder is not null;
}

/// <summary>A file of a trace that cannot be written; the message names its option.</summary>
sealed class TraceFileException(string option, string path, Exception inner) : Exception($"{option} {path}: {inner.Message}", inner)
{
    public string Option => option;
    public string Path => path;
}

/// <summary>
/// The trace files of a run. Each event is written at once, so that they are of use after a crash as well. A file that cannot be
/// written on is given up with a word in the log; the run goes on.
/// </summary>
sealed class TraceFiles : IDisposable
{
    const string JsonName = "trace.jsonl";
    const string TranscriptName = "transcript.atlog";
    const string CaptureName = "capture.pcapng";

    readonly List<TraceFile> _files = [];
    readonly TraceFileOptions _options;
    bool _madeFolder;

    TraceFiles(TraceFileOptions options) => _options = options;

    public IReadOnlyList<ITraceTap> Taps => _files;

    /// <exception cref="TraceFileException">A file cannot be written.</exception>
    public static TraceFiles Open(TraceFileOptions options, TraceHeader header, ILogger log) => Open(options, [("", header)], log);

    /// <param name="options">What to write.</param>
    /// <param name="modules">Names and headers: of several each has a transcript of its own in the folder.</param>
    /// <param name="log">Told of a file that is given up.</param>
    /// <exception cref="TraceFileException">A file cannot be written.</exception>
    public static TraceFiles Open(TraceFileOptions options, IReadOnlyList<(string Name, TraceHeader Header)> modules, ILogger log)
    {
        var files = new TraceFiles(options);
        try
        {
            files.OpenAll(modules, log);
        }
        catch
        {
            files.Dispose();
            throw;
        }
        return files;
    }

    /// <summary>Ends the files, and removes those of the folder when they are wanted for failures alone.</summary>
    public void Close(bool failed)
    {
        Dispose();
        if (_options is not { Folder: { } folder, Keeping: TraceKeeping.OnFailure } || failed)
            return;
        foreach (var file in _files.Where(f => f.IsInFolder))
            File.Delete(file.Path);
        if (_madeFolder && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    void OpenAll(IReadOnlyList<(string Name, TraceHeader Header)> modules, ILogger log)
    {
        var header = modules[0].Header;
        Add("--trace", _options.Json, new JsonTrace());
        Add("--transcript", _options.Transcript, new AtLog());
        Add("--pcap", _options.Capture, new PcapNg());
        if (_options.Folder is not { } folder)
            return;
        _madeFolder = Guard("--trace-dir", folder, () =>
        {
            var isNew = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            return isNew;
        });
        AddToFolder(JsonName, new JsonTrace());
        AddToFolder(CaptureName, new PcapNg());
        if (modules.Count == 1)
            AddToFolder(TranscriptName, new AtLog());
        for (var i = 0; modules.Count > 1 && i < modules.Count; i++)
        {
            header = modules[i].Header;
            AddToFolder($"{Path.GetFileNameWithoutExtension(TranscriptName)}-{modules[i].Name}{Path.GetExtension(TranscriptName)}", new AtLog(), module: i);
        }

        void Add(string option, string? path, ITraceFormat format)
        {
            if (path is not null)
                _files.Add(Guard(option, path, () => new TraceFile(path, format, header, log)));
        }

        void AddToFolder(string name, ITraceFormat format, int? module = null)
        {
            var path = Path.Combine(folder, name);
            _files.Add(Guard("--trace-dir", path, () => new TraceFile(path, format, header, log) { IsInFolder = true, Module = module }));
        }
    }

    static T Guard<T>(string option, string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TraceFileException(option, path, e);
        }
    }

    sealed class TraceFile : ITraceTap, IDisposable
    {
        readonly FileStream _stream;
        readonly TraceWriter _writer;
        readonly ILogger _log;
        bool _broken;

        public TraceFile(string path, ITraceFormat format, TraceHeader header, ILogger log)
        {
            Path = path;
            _log = log;
            // Without a buffer: the system has what was written, whatever becomes of this process.
            _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            try
            {
                _writer = new TraceWriter(format, header, Write);
            }
            catch
            {
                _stream.Dispose();
                throw;
            }
        }

        public string Path { get; }
        public bool IsInFolder { get; init; }

        /// <summary>The only module that it shows; null shows all.</summary>
        public int? Module { get; init; }

        public void Take(TraceEvent traceEvent)
        {
            if (Module is null || traceEvent.Module is null || traceEvent.Module == Module)
                _writer.Take(traceEvent);
        }

        public void TakeSecrets(TimeSpan at, SecretsOutput secrets) => _writer.TakeSecrets(at, secrets);

        public void Dispose()
        {
            _writer.End();
            _stream.Dispose();
        }

        void Write(ReadOnlySpan<byte> bytes)
        {
            if (_broken)
                return;
            try
            {
                _stream.Write(bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _broken = true;
                _log.Warning("{File} is not written on: {Problem}", Path, e.Message);
            }
        }
    }
}
