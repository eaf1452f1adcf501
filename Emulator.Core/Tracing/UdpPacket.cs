using System.Buffers.Binary;
using System.Net;

namespace M531x.Emulator.Core.Tracing;

/// <summary>A datagram inside IPv4 and UDP headers with right checksums (RFC 791, RFC 768).</summary>
static class UdpPacket
{
    const int IpHeader = 20;
    const int UdpHeader = 8;
    const byte VersionAndLength = 0x45;
    const ushort DoNotFragment = 0x4000;
    const byte TimeToLive = 64;
    const byte Udp = 17;

    public static byte[] Encode(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[IpHeader + UdpHeader + payload.Length];
        packet[0] = VersionAndLength;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        // An identification is of use to fragments alone (RFC 6864 §4.1): 0.
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), DoNotFragment);
        packet[8] = TimeToLive;
        packet[9] = Udp;
        from.Address.TryWriteBytes(packet.AsSpan(12), out _);
        to.Address.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(0, packet.AsSpan(0, IpHeader)));

        var udp = packet.AsSpan(IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpHeader..]);
        // The pseudo header: both addresses, the protocol, the length.
        var sum = Checksum(Sum((uint)(Udp + udp.Length), packet.AsSpan(12, 8)), udp);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], sum == 0 ? ushort.MaxValue : sum);
        return packet;
    }

    /// <summary>The complement of the ones' complement sum of all 16-bit words (RFC 1071).</summary>
    static ushort Checksum(uint start, ReadOnlySpan<byte> bytes)
    {
        var sum = Sum(start, bytes);
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        return sum;
    }
}
