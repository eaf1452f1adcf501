using System.IO.Ports;

namespace M531x.Emulator.Lines.Serial;

/// <summary>
/// A serial device through System.IO.Ports, which opens it exclusively (against root only on Windows). One read is always under way, and at
/// most one write; both are asynchronous, because a blocking write never returns after an unplug, and one that times out does not say how
/// many of its bytes have left.
/// </summary>
sealed class LibraryDevice : ISerialDevice
{
    const string HungUp = "hung up";
    const int PieceLength = 1024;

    /// <summary>A write that takes longer, in ms, makes this check whether the device is still present.</summary>
    const int WriteTimeout = 1000;

    /// <summary>Time between such checks without a write, in ms. After an unplug a read under way need not fail on every system.</summary>
    const int PresencePeriod = 1000;

    /// <summary>In ms. On Windows closing can block after an unplug.</summary>
    const int CloseTimeout = 1000;

    readonly SerialSpec _spec;
    readonly SerialPort _port;
    readonly Stream _stream;
    readonly IWake _wake;
    readonly bool _isListed;
    readonly byte[] _arrived = new byte[4096];
    readonly byte[] _piece = new byte[PieceLength];
    Task<int> _read;
    int _readStart;
    Task _write = Task.CompletedTask;
    int _writing;
    long _lastCheck = Environment.TickCount64;
    string? _gone;

    LibraryDevice(SerialSpec spec, SerialPort port, IWake wake)
    {
        _spec = spec;
        _port = port;
        _stream = port.BaseStream;
        _wake = wake;
        _isListed = IsListed(spec.Path);
        _read = BeginRead();
    }

    public int OutputWaiting
    {
        get
        {
            try
            {
                return (_write.IsCompleted ? 0 : _writing) + _port.BytesToWrite;
            }
            catch (Exception e) when (IsFailure(e))
            {
                return 0;
            }
        }
    }

    /// <exception cref="EndpointException">The device cannot be opened.</exception>
    public static LibraryDevice Open(SerialSpec spec, int baud, IWake wake)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(spec.Path))
            throw SerialProblems.NotThere(spec);
        var port = new SerialPort(spec.Path, baud, ParityOf(spec), dataBits: 8, spec.StopBits == 2 ? StopBits.Two : StopBits.One)
        {
            Handshake = spec.FlowControl ? Handshake.RequestToSend : Handshake.None,
        };
        try
        {
            port.Open();
            RaiseModemLines(port, spec);
            return new LibraryDevice(spec, port, wake);
        }
        catch (Exception e) when (IsFailure(e) || e is ArgumentException)
        {
            port.Dispose();
            throw Problem(spec, baud, e);
        }
    }

    public string? SetSpeed(int baud)
    {
        try
        {
            _port.BaudRate = baud;
            return null;
        }
        catch (Exception e) when (IsFailure(e) || e is ArgumentException)
        {
            return SerialProblems.Refused(_spec, baud, e.Message).Message;
        }
    }

    public bool Wait(bool wantWrite, int milliseconds)
    {
        var isReady = _read.IsCompleted || wantWrite && _write.IsCompleted;
        if (!isReady)
            _wake.Wait(milliseconds < 0 ? PresencePeriod : Math.Min(milliseconds, PresencePeriod));
        if (!_read.IsCompleted && Environment.TickCount64 - _lastCheck > (_write.IsCompleted ? PresencePeriod : WriteTimeout))
        {
            _lastCheck = Environment.TickCount64;
            if (!IsPresent())
                _gone = HungUp;
        }
        if (_write.IsCompleted && !_write.IsCompletedSuccessfully)
            _gone ??= ReasonOf(_write);
        return _read.IsCompleted || _gone is not null;
    }

    public string? Read(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!_read.IsCompleted)
            return _gone;
        if (!_read.IsCompletedSuccessfully)
            return ReasonOf(_read);
        var arrived = _arrived.AsSpan(_readStart, _read.Result - _readStart);
        if (arrived.IsEmpty)
            return HungUp;
        count = Math.Min(arrived.Length, buffer.Length);
        arrived[..count].CopyTo(buffer);
        _readStart += count;
        if (count == arrived.Length)
            _read = BeginRead();
        return null;
    }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (!_write.IsCompletedSuccessfully)
            return 0;
        _writing = Math.Min(bytes.Length, PieceLength);
        bytes[.._writing].CopyTo(_piece);
        _lastCheck = Environment.TickCount64;
        _write = Begin(() => _stream.WriteAsync(_piece, 0, _writing));
        return _writing;
    }

    /// <summary>
    /// Drops unsent bytes. The stream is disposed first: SerialPort.Dispose waits for pending writes, which never end after an unplug.
    /// </summary>
    public void Dispose()
    {
        var closing = Task.Run(() =>
        {
            try
            {
                _port.DiscardOutBuffer();
            }
            catch (Exception e) when (IsFailure(e))
            {
                // The device is gone, and its buffer with it.
            }
            try
            {
                _stream.Dispose();
                _port.Dispose();
            }
            catch (Exception e) when (IsFailure(e))
            {
                // The same.
            }
        });
        closing.Wait(CloseTimeout);
    }

    Task<int> BeginRead()
    {
        _readStart = 0;
        var read = Task.FromException<int>(new IOException(HungUp));
        Begin(() => read = _stream.ReadAsync(_arrived, 0, _arrived.Length));
        return read;
    }

    /// <summary>Begins an operation whose end wakes the loop. One that cannot begin counts as failed.</summary>
    Task Begin(Func<Task> operation)
    {
        Task task;
        try
        {
            task = operation();
        }
        catch (Exception e) when (IsFailure(e))
        {
            task = Task.FromException(e);
        }
        task.ContinueWith(_ => _wake.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    static string ReasonOf(Task failed) => failed.Exception?.InnerException is IOException { Message: var why } ? why : HungUp;

    /// <summary>On Windows only for ports that were in the list of ports when opened.</summary>
    bool IsPresent() => OperatingSystem.IsWindows() ? !_isListed || IsListed(_spec.Path) : File.Exists(_spec.Path);

    static bool IsListed(string name) =>
        OperatingSystem.IsWindows() && SerialPort.GetPortNames().Contains(name, StringComparer.OrdinalIgnoreCase);

    static Parity ParityOf(SerialSpec spec) => spec.Parity switch
    {
        SerialParity.Even => Parity.Even,
        SerialParity.Odd => Parity.Odd,
        _ => Parity.None,
    };

    /// <summary>As the kernel does for programs that open a device plainly; the library would lower DTR and RTS.</summary>
    static void RaiseModemLines(SerialPort port, SerialSpec spec)
    {
        try
        {
            port.DtrEnable = true;
            if (!spec.FlowControl)
                port.RtsEnable = true;
        }
        catch (IOException)
        {
            // Pseudo-terminals and some adapters have no modem lines.
        }
    }

    /// <summary>
    /// On Linux and macOS the library wraps every error of open(2) in an UnauthorizedAccessException whose inner exception has the number.
    /// On Windows the same exception stands for a port that another program has open, as for one without permission.
    /// </summary>
    static EndpointException Problem(SerialSpec spec, int baud, Exception e) => e switch
    {
        UnauthorizedAccessException { InnerException: IOException inner } when !OperatingSystem.IsWindows() =>
            SerialProblems.FromErrno(spec, inner.HResult, inner.Message),
        UnauthorizedAccessException => SerialProblems.Busy(spec),
        FileNotFoundException or DirectoryNotFoundException => SerialProblems.NotThere(spec),
        ArgumentOutOfRangeException => SerialProblems.Refused(spec, baud, e.Message),
        ArgumentException => SerialProblems.NotSerial(spec),
        _ => SerialProblems.Refused(spec, baud, e.Message),
    };

    static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException or InvalidOperationException;
}
