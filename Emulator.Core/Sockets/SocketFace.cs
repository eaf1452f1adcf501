using System.Globalization;
using System.Net;
using System.Text;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>How a family of modules shows its sockets on the UART: its commands and its lines.</summary>
abstract class SocketFace
{
    protected SocketFace(ModuleContext context, NameQueries names)
    {
        Context = context;
        Engine = new SocketEngine(context, this, names);
    }

    public SocketEngine Engine { get; }

    /// <summary>Sockets at a time.</summary>
    public abstract int Capacity { get; }

    /// <summary>A socket stays when an attempt to connect it has failed.</summary>
    public virtual bool KeepsFailedSockets => false;

    public virtual TimeSpan NextDeadline => Engine.NextDeadline;

    protected ModuleContext Context { get; }
    protected SocketTable Sockets => Engine.Sockets;

    public virtual string ConnectLine(ModuleSocket socket, bool isConnected) => isConnected ? "CONNECT OK" : "CONNECT FAIL";

    public abstract string ClosedLine(ModuleSocket socket);

    /// <summary>Prints, announces or keeps data that have arrived.</summary>
    public abstract void Deliver(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes);

    public virtual void HandleTimeout() { }

    /// <summary>The module restarts.</summary>
    public virtual void Reset() { }

    /// <summary>Reads the data of a sending command; null when they do not fit its length.</summary>
    protected static byte[]? ReadData(string text, int length, bool isHex)
    {
        if (!isHex)
            return text.Length == length ? Encoding.Latin1.GetBytes(text) : null;
        return text.Length == 2 * length && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
    }

    protected static string ShowData(ReadOnlyMemory<byte> bytes, bool isHex) =>
        isHex ? Convert.ToHexString(bytes.Span) : Encoding.Latin1.GetString(bytes.Span);

    protected string Named(string name, string value) => $"{name}:{Context.Profile.ColonSpaceOf(name)}{value}";

    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
