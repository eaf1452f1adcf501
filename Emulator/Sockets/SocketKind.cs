namespace M531x.Emulator.Sockets;

enum SocketKind
{
    /// <summary>UDP.</summary>
    Datagram,

    /// <summary>TCP.</summary>
    Stream,
}
