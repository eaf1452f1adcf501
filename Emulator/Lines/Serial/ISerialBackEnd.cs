namespace M531x.Emulator.Lines.Serial;

/// <summary>A way to the serial devices of a system.</summary>
interface ISerialBackEnd
{
    /// <summary>What ends the waits of this back end's devices.</summary>
    IWake CreateWake();

    /// <param name="spec">The device.</param>
    /// <param name="baud">In bit/s.</param>
    /// <param name="wake">From <see cref="CreateWake"/>.</param>
    /// <exception cref="EndpointException">The device is absent, not a serial device, in use, or not permitted.</exception>
    ISerialDevice Open(SerialSpec spec, int baud, IWake wake);
}
