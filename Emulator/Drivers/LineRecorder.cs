using System.Diagnostics;
using System.Globalization;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <summary>
/// Stands between an MCU and a module: passes bytes on as they come and writes them down. Each piece is written at once, so that a killed
/// recording holds everything up to its last byte. Serial lines follow the speed that AT+IPR and AT+NATSPEED set.
/// </summary>
sealed class LineRecorder : IAsyncDisposable
{
    readonly Lock _lock = new();
    readonly AtLog _log = new();
    readonly FileStream _file;
    readonly ISerialEndpoint _mcu;
    readonly ISerialEndpoint _module;
    readonly Action<string> _tell;
    readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly long _start = Stopwatch.GetTimestamp();
    readonly SessionWatch _watch = new();
    string? _firmware;
    int? _speed;
    bool _ended;

    /// <param name="path">The file.</param>
    /// <param name="replaces">An existing file may be replaced.</param>
    /// <param name="mcu">Not started yet.</param>
    /// <param name="module">Not started yet.</param>
    /// <param name="tell">Takes what the user should read.</param>
    /// <exception cref="IOException">The file cannot be written, or is there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public LineRecorder(string path, bool replaces, AtLogHeader header, ISerialEndpoint mcu, ISerialEndpoint module, Action<string> tell)
    {
        _mcu = mcu;
        _module = module;
        _tell = tell;
        _firmware = header.Firmware;
        _speed = header.Baud;
        // Without a buffer: the system has what was written, whatever becomes of this process.
        _file = new FileStream(path, replaces ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file.Write(_log.Begin(header));
    }

    /// <summary>Bytes written down so far.</summary>
    public long McuBytes { get; private set; }
    public long ModuleBytes { get; private set; }

    public void Start()
    {
        // The module first: what the MCU sends finds it.
        _module.Start(new Side(this, "module", byMcu: false, _mcu));
        _mcu.Start(new Side(this, "mcu", byMcu: true, _module));
    }

    /// <summary>Ends with an exception when the file cannot be written on or a line has failed.</summary>
    public Task Completion => Task.WhenAny(_failed.Task, _mcu.Completion, _module.Completion).Unwrap();

    /// <summary>Completes the file. The lines are the caller's.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var (name, line) in (ReadOnlySpan<(string, ISerialEndpoint)>)[("mcu", _mcu), ("module", _module)])
            {
                if (line.Counters.BytesDropped is > 0 and var lost)
                    Write(_log.Note($"{name}: {lost} bytes were lost because nobody took them"));
            }
            Write(_log.End());
            _ended = true;
        }
        return _file.DisposeAsync();
    }

    void Take(bool byMcu, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var at = Stopwatch.GetElapsedTime(_start);
            Write(_log.Burst(at, byMcu, bytes));
            _watch.Take(at, byMcu, bytes);
            if (byMcu)
                McuBytes += bytes.Length;
            else
                ModuleBytes += bytes.Length;
        }
    }

    /// <summary>What the bytes that have passed have told. The answer has to be on its way before the lines change their speed.</summary>
    void Follow()
    {
        string? firmware;
        int? speed;
        lock (_lock)
        {
            firmware = _firmware is null ? _watch.Firmware : null;
            _firmware ??= firmware;
            // Lines without a speed have none in the head of the file.
            speed = _speed is not null && _watch.Speed is { } set && set != _speed ? set : null;
            _speed = speed ?? _speed;
        }
        // Who reads the file takes the firmware as if it stood in the head.
        if (firmware is not null)
            Note($"firmware {firmware}");
        if (speed is null)
            return;
        _mcu.SetSpeed(speed.Value);
        _module.SetSpeed(speed.Value);
        Note(string.Create(CultureInfo.InvariantCulture, $"baud {speed}"));
    }

    void Note(string text)
    {
        lock (_lock)
        {
            // Lines that close because the recording has ended are no news.
            if (_ended)
                return;
            Write(_log.Note(text));
        }
        _tell(text);
    }

    void Write(byte[] bytes)
    {
        if (_ended || bytes.Length == 0)
            return;
        var end = _file.CanSeek ? _file.Position : 0;
        try
        {
            _file.Write(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            _ended = true;
            // The runtime has EFBIG come out as an argument.
            _failed.TrySetException(e is ArgumentOutOfRangeException ? new IOException("the file has the greatest size that the system allows", e) : e);
            TakeBack(end);
        }
    }

    /// <summary>A piece of which only a part was written would make the file one that cannot be read.</summary>
    void TakeBack(long end)
    {
        try
        {
            if (_file.CanSeek)
                _file.SetLength(end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the last line is cut; what went wrong is told already.
        }
    }

    sealed class Side(LineRecorder recorder, string name, bool byMcu, ISerialEndpoint other) : IEndpointSink
    {
        public void Received(ReadOnlySpan<byte> bytes)
        {
            // Written down first: an answer never stands before what it answers.
            recorder.Take(byMcu, bytes);
            other.Write(bytes);
            if (!byMcu)
                recorder.Follow();
        }

        public void ClientOpened() => recorder.Note($"{name} opened");

        public void ClientClosed() => recorder.Note($"{name} closed");

        public void StatusChanged(string what) => recorder.Note($"{name}: {what}");
    }
}
