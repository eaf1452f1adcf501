using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines.Serial;

/// <summary>The two back ends and the choice between them.</summary>
static class SerialBackEnds
{
    /// <summary>
    /// Linux: it locks the device against root too, changes the speed behind the output, and its writes end after an unplug.
    /// System.IO.Ports has none of these three (measured on version 11.0.0).
    /// </summary>
    public static readonly ISerialBackEnd Termios = new TermiosBackEnd();

    /// <summary>System.IO.Ports, for Windows and macOS. Its tests run on Linux; on Windows and macOS it is compiled, not tested.</summary>
    public static readonly ISerialBackEnd Library = new LibraryBackEnd();

    public static ISerialBackEnd Default => OperatingSystem.IsLinux() ? Termios : Library;

    sealed class TermiosBackEnd : ISerialBackEnd
    {
        public IWake CreateWake() => new WakePipe();

        public ISerialDevice Open(SerialSpec spec, int baud, IWake wake) => TermiosDevice.Open(spec, baud, (WakePipe)wake);
    }

    sealed class LibraryBackEnd : ISerialBackEnd
    {
        public IWake CreateWake() => new WakeEvent();

        public ISerialDevice Open(SerialSpec spec, int baud, IWake wake) => LibraryDevice.Open(spec, baud, wake);
    }
}
