namespace M531x.Emulator.Core.Sockets;

/// <summary>The UART takes bytes as they are for a socket until their number is reached.</summary>
sealed class DataPrompt(ModuleSocket socket, int length, TimeSpan deadline)
{
    readonly byte[] _bytes = new byte[length];
    int _count;
    bool _isFirst = true;

    public ModuleSocket Socket => socket;
    public TimeSpan Deadline => deadline;
    public byte[] Bytes => _bytes;

    /// <summary>Takes a byte; true when it was the last one. A line feed in front is the end of the command line.</summary>
    public bool Feed(byte value)
    {
        var isLineEnd = _isFirst && value == '\n';
        _isFirst = false;
        if (!isLineEnd)
            _bytes[_count++] = value;
        return _count == _bytes.Length;
    }
}
