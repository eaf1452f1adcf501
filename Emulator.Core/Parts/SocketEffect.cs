using System.Net;

namespace M531x.Emulator.Core.Parts;

/// <summary>What a module wants done for its sockets. Keys are never used twice; addresses are those the module knows.</summary>
abstract record SocketEffect(long Key) : ModuleEffect;

/// <summary>A datagram from a socket, which gets a port of its own with the first one.</summary>
sealed record SendFromSocket(long Key, IPEndPoint To, ReadOnlyMemory<byte> Bytes) : SocketEffect(Key);

/// <summary>The network has forgotten the mapping of a datagram socket: its next datagram leaves from a new port, and nothing reaches the old one.</summary>
sealed record RebindDatagrams(long Key) : SocketEffect(Key);

/// <summary>Open a TCP connection; StreamConnected or StreamRefused follows, or nothing when nobody answers.</summary>
sealed record ConnectStream(long Key, IPEndPoint To) : SocketEffect(Key);

sealed record SendToStream(long Key, ReadOnlyMemory<byte> Bytes) : SocketEffect(Key);

/// <summary>The module can take the next piece of a stream.</summary>
sealed record ReceiveFromStream(long Key) : SocketEffect(Key);

/// <summary>Close whatever the key stands for; nothing more is wanted of it.</summary>
sealed record CloseSocket(long Key) : SocketEffect(Key);

/// <summary>An ICMP echo request of so many bytes; an answer after the time-out is not wanted.</summary>
sealed record SendPing(long Key, IPAddress To, int Size, TimeSpan Timeout) : SocketEffect(Key);
