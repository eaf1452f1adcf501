using System.Net;

namespace M531x.Emulator.Core.Sockets;

/// <summary>What the network has to say to a socket or a ping, by the key that the module's effect named.</summary>
abstract record SocketInput(long Key);

/// <summary>The stream is up.</summary>
sealed record StreamConnected(long Key) : SocketInput(Key);

/// <summary>The peer refuses the stream, or cannot be reached.</summary>
sealed record StreamRefused(long Key) : SocketInput(Key);

/// <summary>The next piece of a stream, at most <see cref="ModuleSocket.MaxPiece"/> bytes; the following one waits for <see cref="Parts.ReceiveFromStream"/>.</summary>
sealed record StreamReceived(long Key, ReadOnlyMemory<byte> Bytes) : SocketInput(Key);

/// <summary>The peer has closed the stream, or it broke.</summary>
sealed record StreamClosed(long Key) : SocketInput(Key);

sealed record DatagramReceived(long Key, IPEndPoint From, ReadOnlyMemory<byte> Bytes) : SocketInput(Key);

/// <summary>The answer to a ping. None at all is an answer that stays out.</summary>
/// <param name="Key">That of the ping.</param>
/// <param name="TimeToLive">Of the answer's IP header.</param>
/// <param name="RoundTrip">From sending to receiving.</param>
sealed record PingAnswered(long Key, int TimeToLive, TimeSpan RoundTrip) : SocketInput(Key);
