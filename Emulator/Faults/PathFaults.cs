using System.Net;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Faults;

/// <summary>What becomes of a datagram on its way: copies that arrive, each with a delay; none when it is lost.</summary>
readonly record struct Transit(IReadOnlyList<(TimeSpan Delay, ReadOnlyMemory<byte> Bytes)> Copies)
{
    public static Transit Of(ReadOnlyMemory<byte> bytes) => new([(TimeSpan.Zero, bytes)]);
}

/// <summary>The network between module and servers, wrapped by the faults of path and DTLS handshakes.</summary>
sealed class PathFaults(FaultSet faults)
{
    const int HandshakeRecord = 22;
    const int HelloVerifyRequest = 3;
    const int HandshakeTypeOffset = 13;

    public Transit Pass(TimeSpan now, bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes)
    {
        var direction = up ? FaultDirection.Up : FaultDirection.Down;
        var subject = Describe(up, server, bytes);
        bool Fires(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) => faults.Fires(now, type, direction, subject, out fault, when);

        if (Fires("blackhole", out _) || Fires("loss", out _))
            return new Transit([]);
        if (IsHandshake(bytes.Span) && (Fires("flight-loss", out _) || IsHelloVerify(bytes.Span) && Fires("hello-verify-loss", out _)))
            return new Transit([]);
        if (Fires("mtu", out _, mtu => bytes.Length > mtu.Number("bytes")))
            return new Transit([]);
        if (Fires("corrupt", out var corrupt))
            bytes = FlipBit(bytes, corrupt);

        var delay = TimeSpan.Zero;
        if (Fires("latency", out var latency))
            delay += latency.Duration("mean") + latency.Duration("jitter") * (2 * latency.Random.NextDouble() - 1);
        if (Fires("reorder", out var reorder))
            delay += reorder.Duration("delay");
        if (!up && Fires("slow", out var slow))
            delay += slow.Duration("delay");
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        return Fires("duplicate", out var duplicate) ? new Transit([(delay, bytes), (delay + duplicate.Duration("delay"), bytes)]) : new Transit([(delay, bytes)]);
    }

    /// <summary>In words, for match: direction, server, and the CoAP message or what a DTLS record shows.</summary>
    static string Describe(bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes)
    {
        var content = IsHandshake(bytes.Span) ? "handshake"
            : CoapCodec.TryDecode(bytes.Span, out var message, out _) ? message.ToString()
            : $"{bytes.Length} bytes";
        return $"{(up ? "up" : "down")} {server} {content}";
    }

    static bool IsHandshake(ReadOnlySpan<byte> bytes) => bytes.Length > HandshakeTypeOffset && bytes[0] is HandshakeRecord or 20 && bytes[1] == 0xFE;

    static bool IsHelloVerify(ReadOnlySpan<byte> bytes) => bytes[0] == HandshakeRecord && bytes[HandshakeTypeOffset] == HelloVerifyRequest;

    static byte[] FlipBit(ReadOnlyMemory<byte> bytes, ActiveFault fault)
    {
        var copy = bytes.ToArray();
        if (copy.Length > 0)
            copy[fault.Random.Next(copy.Length)] ^= (byte)(1 << fault.Random.Next(8));
        return copy;
    }
}
