namespace M531x.Emulator.Core.Sockets;

enum SocketKind
{
    /// <summary>UDP.</summary>
    Datagram,

    /// <summary>TCP.</summary>
    Stream,
}
