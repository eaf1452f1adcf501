using System.Net;

namespace M531x.Emulator.Core.Sockets;

/// <summary>A series of pings to one host, one after the other.</summary>
sealed class Ping
{
    /// <summary>The command that began it, such as +NPING; its lines bear that name.</summary>
    public required string Command { get; init; }

    public required string Host { get; init; }

    /// <summary>Bytes of payload.</summary>
    public required int Size { get; init; }

    /// <summary>Wait for one answer.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Pings that are still to be sent.</summary>
    public required int Left { get; set; }

    /// <summary>Null until the host's name is resolved.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>Names the ping under way to the driver.</summary>
    public long Key { get; set; }

    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;
}
