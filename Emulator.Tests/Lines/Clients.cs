using System.Net;
using System.Net.Sockets;
using M531x.Emulator.Lines.Posix;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

/// <summary>The far side of an endpoint: plain file calls and plain sockets.</summary>
static class Clients
{
    public static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Sets a terminal's speed by its termios number, as stty does.</summary>
    public static unsafe void SetSpeed(FileStream terminal, int speed)
    {
        var termios = stackalloc byte[Libc.TermiosSize];
        Assert.That(Libc.TcGetAttr(terminal.SafeFileHandle, termios), Is.Zero);
        Assert.That(TerminalSpeed.ToTermios(speed).Any(number => Libc.CfSetSpeed(termios, number) == 0), Is.True);
        Assert.That(Libc.TcSetAttr(terminal.SafeFileHandle, 0, termios), Is.Zero);
    }

    public static NetworkStream Connect(string address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPEndPoint.Parse(address));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Reads exactly that many bytes; fails rather than hangs when they do not come.</summary>
    public static async Task<byte[]> ReadExactly(this Stream stream, int count)
    {
        var bytes = new byte[count];
        var have = 0;
        await Task.Run(() =>
        {
            while (have < count && stream.Read(bytes, have, count - have) is > 0 and var got)
                have += got;
        }).WaitAsync(RecordingSink.Limit);
        return bytes[..have];
    }

    public static Task WriteAll(this Stream stream, byte[] bytes) =>
        Task.Run(() => stream.Write(bytes)).WaitAsync(RecordingSink.Limit);

    /// <summary>Bytes of every value whose order shows any loss or swap.</summary>
    public static byte[] Pattern(int count)
    {
        var bytes = new byte[count];
        new Random(531).NextBytes(bytes);
        return bytes;
    }
}
