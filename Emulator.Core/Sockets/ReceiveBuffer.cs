using System.Net;

namespace M531x.Emulator.Core.Sockets;

/// <summary>What one reading takes: the bytes, whose they are, and how many of the same message are left.</summary>
readonly record struct ReceivedPart(IPEndPoint From, ReadOnlyMemory<byte> Bytes, int Remaining);

/// <summary>Received messages that wait to be read, oldest first; a datagram or a piece of a stream is one message.</summary>
sealed class ReceiveBuffer
{
    /// <summary>Bytes that one socket keeps (assumed).</summary>
    public const int Capacity = 4096;

    readonly LinkedList<(IPEndPoint From, ReadOnlyMemory<byte> Bytes)> _messages = [];

    public bool IsEmpty => _messages.Count == 0;

    public int Free { get; private set; } = Capacity;

    /// <summary>Length of the message that is read next; 0 when there is none.</summary>
    public int NextLength => _messages.First?.Value.Bytes.Length ?? 0;

    /// <summary>False when the message does not fit any more, or is empty.</summary>
    public bool TryAdd(IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Free || bytes.IsEmpty)
            return false;
        Free -= bytes.Length;
        _messages.AddLast((from, bytes));
        return true;
    }

    /// <summary>Takes up to <paramref name="max"/> bytes of the oldest message.</summary>
    public bool TryRead(int max, out ReceivedPart part)
    {
        part = default;
        if (_messages.First is not { } first)
            return false;
        var (from, bytes) = first.Value;
        var taken = bytes[..Math.Min(max, bytes.Length)];
        var rest = bytes[taken.Length..];
        if (rest.IsEmpty)
            _messages.RemoveFirst();
        else
            first.Value = (from, rest);
        Free += taken.Length;
        part = new ReceivedPart(from, taken, rest.Length);
        return true;
    }
}
