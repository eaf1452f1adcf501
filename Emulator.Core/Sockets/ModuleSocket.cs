using System.Net;

namespace M531x.Emulator.Core.Sockets;

/// <summary>One socket as the MCU sees it.</summary>
sealed class ModuleSocket(int id, SocketKind kind)
{
    /// <summary>Bytes of a stream that the network hands over at once.</summary>
    public const int MaxPiece = 1024;

    /// <summary>The number in commands and URCs.</summary>
    public int Id => id;

    public SocketKind Kind => kind;

    /// <summary>Names the socket to the driver; a connection attempt gets a new one, so that what comes late of the old is known.</summary>
    public long Key { get; set; }

    public SocketState State { get; set; }

    /// <summary>The port the MCU asked for; 0 leaves it to the module.</summary>
    public int LocalPort { get; init; }

    public IPEndPoint? Peer { get; set; }

    /// <summary>The name that is looked up while <see cref="SocketState.Resolving"/>, and the port to reach there.</summary>
    public string? PeerName { get; set; }
    public int PeerPort { get; set; }

    /// <summary>When an attempt to connect is given up, or a stream whose path is gone.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>The network has forgotten the stream's address mapping: nothing passes any more and nobody is told.</summary>
    public bool IsAged { get; set; }

    public ReceiveMode Mode { get; init; } = ReceiveMode.Announce;

    /// <summary>AT+NSOCFG: data are hexadecimal digits.</summary>
    public bool SendsHex { get; set; } = true;
    public bool ReceivesHex { get; set; } = true;

    public ReceiveBuffer Received { get; } = new();

    /// <summary>The driver waits until the next piece of the stream is wanted.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Bytes of a stream that wait for coverage.</summary>
    public Queue<byte[]> Unsent { get; } = [];
}
