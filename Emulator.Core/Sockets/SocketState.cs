namespace M531x.Emulator.Core.Sockets;

/// <summary>Where a socket of the module stands, in the order it is passed through.</summary>
enum SocketState
{
    /// <summary>Created by AT+NSOCR and without a peer; also after a connection attempt that failed.</summary>
    Open,

    /// <summary>The name of its peer is being looked up.</summary>
    Resolving,
    Connecting,

    /// <summary>A stream that is up, or datagrams with a peer of their own.</summary>
    Connected,

    /// <summary>Closed by the far end; what it has received can still be read.</summary>
    Closed,
}
