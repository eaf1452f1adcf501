using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Tests.Lines;

/// <summary>The far side of a line: plain file calls and plain sockets.</summary>
static class Clients
{
    public static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

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
