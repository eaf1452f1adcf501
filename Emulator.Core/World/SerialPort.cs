namespace M531x.Emulator.Core.World;

/// <summary>The serial port of a virtual module: its client is the caller, and what is sent reaches the module before the call returns.</summary>
/// <param name="receive">Receives the client's bytes.</param>
sealed class SerialPort(Action<ReadOnlySpan<byte>> receive)
{
    readonly List<byte> _written = [];

    /// <summary>Sends bytes as the client.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => receive(bytes);

    /// <summary>Returns what the module has written since the last call.</summary>
    public byte[] Take()
    {
        byte[] taken = [.. _written];
        _written.Clear();
        return taken;
    }

    /// <summary>Sends bytes to the client.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _written.AddRange(bytes);
}
