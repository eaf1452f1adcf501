namespace M531x.Emulator.Core.Parts;

/// <summary>Receives bytes of the UART as they are, after a command has prompted for data.</summary>
interface IDataReceiver
{
    void Receive(byte value);
}

/// <summary>Whether the UART takes command lines or data at present.</summary>
sealed class DataInput(AtOutput output)
{
    /// <summary>Null while the UART takes command lines.</summary>
    public IDataReceiver? Receiver { get; private set; }

    /// <summary>From now on bytes go to the receiver. The command under way ends with its data.</summary>
    public void Begin(IDataReceiver receiver) => Receiver = receiver;

    /// <summary>The UART takes command lines again.</summary>
    /// <param name="final">Final line of the command that prompted; null prints none.</param>
    public void End(string? final)
    {
        Receiver = null;
        output.EndCommand(final);
    }

    /// <summary>The module restarts.</summary>
    public void Reset() => Receiver = null;
}
