using System.Net;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Faults;

/// <summary>What becomes of a datagram on its way: copies that arrive, each with a delay; none when it is lost.</summary>
/// <param name="Copies">In the order of their arrival.</param>
/// <param name="TooBig">The sender is told by ICMP that the datagram was longer than this; null tells nothing.</param>
readonly record struct Transit(IReadOnlyList<(TimeSpan Delay, ReadOnlyMemory<byte> Bytes)> Copies, int? TooBig = null)
{
    public static Transit Of(ReadOnlyMemory<byte> bytes) => new([(TimeSpan.Zero, bytes)]);
}

/// <summary>
/// The network between module and servers, wrapped by the faults of the path and of the DTLS records in it. Each fault is asked about each
/// datagram, also about one that another has lost already, so that none shifts another's numbers.
/// </summary>
sealed class PathFaults(FaultSet faults)
{
    const int BitsPerByte = 8;

    public Transit Pass(TimeSpan now, bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes)
    {
        if (faults.IsEmpty)
            return Transit.Of(bytes);
        var layer = new Passage(faults, now, up, Describe(up, server, bytes), bytes.Length);
        var tooBig = layer.Lose(bytes);
        bytes = layer.Change(bytes);
        var delay = layer.Delay();
        var copies = layer.Copy(bytes, delay);
        return layer.IsLost ? new Transit([], tooBig) : new Transit(copies);
    }

    /// <summary>In words, for match: direction, server, and the CoAP message or what a DTLS record shows.</summary>
    static string Describe(bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes)
    {
        var content = new DtlsGlance(bytes.Span).IsHandshake ? "handshake"
            : CoapCodec.TryDecode(bytes.Span, out var message, out _) ? message.ToString()
            : $"{bytes.Length} bytes";
        return $"{(up ? "up" : "down")} {server} {content}";
    }

    /// <summary>One datagram on its way through all faults.</summary>
    sealed class Passage(FaultSet faults, TimeSpan now, bool up, string subject, int length)
    {
        readonly FaultDirection _direction = up ? FaultDirection.Up : FaultDirection.Down;

        public bool IsLost { get; private set; }

        /// <summary>Decides whether it is lost; the MTU when the sender is told of it.</summary>
        public int? Lose(ReadOnlyMemory<byte> bytes)
        {
            var glance = new DtlsGlance(bytes.Span);
            var flight = glance.Flight(up);
            var isHelloVerify = glance.IsHelloVerify;
            // Bitwise: each one draws.
            IsLost |= Fires("blackhole", out _);
            IsLost |= Fires("loss", out _);
            IsLost |= Fires("hello-verify-loss", out _, _ => isHelloVerify);
            IsLost |= Fires("flight-loss", out _, loss => flight > 0 && loss.Number("flight") is var wanted && (wanted == 0 || wanted == flight));
            IsLost |= Fires("handshake-timeout", out _, _ => flight > 0 && !up);
            var isTooBig = Fires("mtu", out var mtu, m => length > m.Number("bytes"));
            IsLost |= isTooBig;
            return isTooBig && up && mtu.Text("answer") == "icmp" ? (int)mtu.Number("bytes") : null;
        }

        public ReadOnlyMemory<byte> Change(ReadOnlyMemory<byte> bytes)
        {
            var isProtected = new DtlsGlance(bytes.Span).IsProtected;
            if (Fires("epoch-stale", out _, _ => isProtected))
                bytes = new DtlsGlance(bytes.Span).InFormerEpoch();
            if (Fires("corrupt", out var corrupt))
                bytes = FlipBit(bytes, corrupt);
            return bytes;
        }

        public TimeSpan Delay()
        {
            var delay = TimeSpan.Zero;
            if (Fires("latency", out var latency))
                delay += latency.Duration("mean") + latency.Duration("jitter") * Deviation(latency);
            if (Fires("reorder", out var reorder))
                delay += reorder.Duration("delay");
            if (Fires("slow-answers", out var slow, _ => !up))
                delay += slow.Duration("delay");
            if (delay < TimeSpan.Zero)
                delay = TimeSpan.Zero;
            return Fires("rate", out var rate) ? Serialize(rate, delay) : delay;
        }

        public List<(TimeSpan Delay, ReadOnlyMemory<byte> Bytes)> Copy(ReadOnlyMemory<byte> bytes, TimeSpan delay)
        {
            var glance = new DtlsGlance(bytes.Span);
            var (isProtected, records) = (glance.IsProtected, glance.IsHandshake ? glance.Records() : []);
            List<(TimeSpan, ReadOnlyMemory<byte>)> copies = Fires("fragment-reorder", out _, _ => records.Count > 1)
                ? [.. Enumerable.Reverse(records).Select(r => (delay, (ReadOnlyMemory<byte>)r))]
                : [(delay, bytes)];
            if (Fires("duplicate", out var duplicate))
                copies.Add((delay + duplicate.Duration("delay"), bytes));
            if (Fires("replay", out var replay, _ => isProtected))
                copies.Add((delay + replay.Duration("delay"), bytes));
            return copies;
        }

        /// <summary>From -1 to 1; with a correlation partly what it was the last time.</summary>
        static double Deviation(ActiveFault latency)
        {
            var correlation = latency.Number("correlation");
            latency.LastValue = correlation * latency.LastValue + (1 - correlation) * (2 * latency.Random.NextDouble() - 1);
            return latency.LastValue;
        }

        /// <summary>The link sends one datagram after another, each for as long as its bits take.</summary>
        TimeSpan Serialize(ActiveFault rate, TimeSpan delay)
        {
            ref var busyUntil = ref rate.BusyUntil[up ? 0 : 1];
            var start = now + delay > busyUntil ? now + delay : busyUntil;
            busyUntil = start + TimeSpan.FromSeconds(length * BitsPerByte / rate.Number("bits"));
            return busyUntil - now;
        }

        bool Fires(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) =>
            faults.Fires(now, type, _direction, subject, out fault, when, IsLost);

        static byte[] FlipBit(ReadOnlyMemory<byte> bytes, ActiveFault fault)
        {
            var copy = bytes.ToArray();
            if (copy.Length > 0)
                copy[fault.Random.Next(copy.Length)] ^= (byte)(1 << fault.Random.Next(8));
            return copy;
        }
    }
}
