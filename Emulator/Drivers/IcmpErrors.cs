using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace M531x.Emulator.Drivers;

/// <summary>
/// The error queue of an unconnected UDP socket on Linux (ip(7), IP_RECVERR): which of the addresses that were sent to has
/// nobody listening on its port. Other systems do not tell.
/// </summary>
static unsafe partial class IcmpErrors
{
    const int LevelIp = 0;            // SOL_IP
    const int ReceiveErrors = 11;     // IP_RECVERR
    const int FromErrorQueue = 0x2000; // MSG_ERRQUEUE
    const int DoNotWait = 0x40;       // MSG_DONTWAIT

    const byte OriginIcmp = 2;        // SO_EE_ORIGIN_ICMP
    const byte Unreachable = 3;       // ICMP type "destination unreachable" (RFC 792)
    const byte PortCode = 3;
    const ushort InternetFamily = 2;  // AF_INET

    public static bool IsSupported => OperatingSystem.IsLinux();

    public static void Enable(Socket socket) => socket.SetRawSocketOption(LevelIp, ReceiveErrors, BitConverter.GetBytes(1));

    /// <summary>Empties the queue; returns where the ports are closed, in the order the errors came.</summary>
    public static List<IPEndPoint> Take(Socket socket)
    {
        const int room = 512;
        List<IPEndPoint> closed = [];
        var address = stackalloc byte[16];
        var control = stackalloc byte[room];
        byte payload;
        var vector = new IoVector { Base = &payload, Length = 1 };
        while (true)
        {
            var message = new MessageHeader
            {
                Name = address,
                NameLength = 16,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = room,
            };
            if (ReceiveMessage(socket.SafeHandle, &message, FromErrorQueue | DoNotWait) < 0)
                return closed;
            if (IsPortUnreachable(new ReadOnlySpan<byte>(control, (int)message.ControlLength))
                && TryReadAddress(new ReadOnlySpan<byte>(address, (int)message.NameLength), out var to))
                closed.Add(to);
        }
    }

    /// <summary>The first control message: struct cmsghdr, then struct sock_extended_err.</summary>
    static bool IsPortUnreachable(ReadOnlySpan<byte> control)
    {
        var level = nint.Size;
        var data = level + 2 * sizeof(int);
        return control.Length >= data + 8
            && MemoryMarshal.Read<int>(control[level..]) == LevelIp
            && MemoryMarshal.Read<int>(control[(level + sizeof(int))..]) == ReceiveErrors
            && control[data + 4] == OriginIcmp && control[data + 5] == Unreachable && control[data + 6] == PortCode;
    }

    /// <summary>struct sockaddr_in: where the datagram that caused the error was sent to.</summary>
    static bool TryReadAddress(ReadOnlySpan<byte> name, out IPEndPoint address)
    {
        address = new IPEndPoint(IPAddress.Any, 0);
        if (name.Length < 8 || MemoryMarshal.Read<ushort>(name) != InternetFamily)
            return false;
        address = new IPEndPoint(new IPAddress(name[4..8]), BinaryPrimitives.ReadUInt16BigEndian(name[2..]));
        return true;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeSocketHandle socket, MessageHeader* message, int flags);
}
