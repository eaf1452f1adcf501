using System.Buffers.Binary;
using System.Net;
using System.Text;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Tracing;

/// <summary>The capture read block by block, without the writer's own code.</summary>
public sealed class PcapNgTests
{
    const uint SectionHeader = 0x0A0D0D0A;
    const uint Secrets = 10;
    const uint Packet = 6;
    const byte Protected = 23;

    static List<(uint Type, byte[] Body)> Blocks(byte[] file)
    {
        List<(uint, byte[])> blocks = [];
        for (var at = 0; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            Assert.That(length % 4, Is.Zero);
            Assert.That(BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + length - 4)), Is.EqualTo(length), "the length at the end of the block");
            blocks.Add((BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)), file[(at + 8)..(at + length - 4)]));
            at += length;
        }
        return blocks;
    }

    static byte[] PacketOf(byte[] body) => body[20..(20 + BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(12)))];

    static IPEndPoint Source(byte[] packet) => new(new IPAddress(packet.AsSpan(12, 4)), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(20)));

    static IPEndPoint Destination(byte[] packet) => new(new IPAddress(packet.AsSpan(16, 4)), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(22)));

    /// <summary>Ones' complement sum of what ought to add up to all ones.</summary>
    static int Sum(IEnumerable<byte> bytes)
    {
        var sum = bytes.Chunk(2).Sum(pair => pair[0] << 8 | (pair.Length > 1 ? pair[1] : 0));
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return sum;
    }

    [Test]
    public void A_file_begins_with_a_section_and_an_interface_of_raw_IP()
    {
        var blocks = Blocks(new AgeingSession().Capture.Bytes);
        Assert.That(blocks.Take(2).Select(b => b.Type), Is.EqualTo(new[] { SectionHeader, 1u }));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(blocks[0].Body), Is.EqualTo(0x1A2B3C4D));
        Assert.That(BinaryPrimitives.ReadUInt16LittleEndian(blocks[1].Body), Is.EqualTo(101));
        Assert.That(blocks.Skip(2).Select(b => b.Type), Is.All.EqualTo(Secrets).Or.EqualTo(Packet));
    }

    [Test]
    public void The_secrets_of_each_handshake_come_before_its_first_protected_record()
    {
        var session = new AgeingSession();
        var blocks = Blocks(session.Capture.Bytes);
        List<string> order = [];
        foreach (var (type, body) in blocks)
        {
            if (type == Secrets)
                order.Add("secrets");
            else if (type == Packet && PacketOf(body)[28..] is var dtls && HasEpoch1(dtls) && (order.Count == 0 || order[^1] != $"protected {Port(body)}"))
                order.Add($"protected {Port(body)}");
        }
        var ports = order.Where(o => o != "secrets").ToList();
        Assert.That(ports, Is.Unique.And.Count.EqualTo(2), "each session has a port of its own");
        Assert.That(order, Is.EqualTo(new[] { "secrets", ports[0], "secrets", ports[1] }));

        var lines = blocks.Where(b => b.Type == Secrets).Select(b => Encoding.ASCII.GetString(b.Body, 8, BinaryPrimitives.ReadInt32LittleEndian(b.Body.AsSpan(4)))).ToList();
        Assert.That(blocks.Where(b => b.Type == Secrets).Select(b => BinaryPrimitives.ReadUInt32LittleEndian(b.Body)), Is.All.EqualTo(0x544C534B));
        Assert.That(lines, Is.EqualTo(session.Mcu.World.Secrets.Select(s => s.ToKeyLogLine())).And.All.Match("^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n$"));

        static bool HasEpoch1(byte[] datagram)
        {
            for (var at = 0; at + 13 <= datagram.Length; at += 13 + BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(at + 11)))
            {
                if (BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(at + 3)) == 1)
                    return true;
            }
            return false;
        }

        static int Port(byte[] body) => Source(PacketOf(body)) is { Port: not 5684 } up ? up.Port : Destination(PacketOf(body)).Port;
    }

    [Test]
    public void Packets_are_those_the_module_sent_and_received_with_right_headers_and_times()
    {
        var session = new AgeingSession();
        var packets = Blocks(session.Capture.Bytes).Where(b => b.Type == Packet).ToList();
        var datagrams = session.Mcu.World.Events.OfType<DatagramEvent>().ToList();
        Assert.That(packets, Has.Count.EqualTo(datagrams.Count).And.Count.GreaterThan(20));
        foreach (var (block, datagram) in packets.Zip(datagrams))
        {
            var packet = PacketOf(block.Body);
            var time = (long)BinaryPrimitives.ReadUInt32LittleEndian(block.Body.AsSpan(4)) << 32 | BinaryPrimitives.ReadUInt32LittleEndian(block.Body.AsSpan(8));
            Assert.Multiple(() =>
            {
                Assert.That(DateTimeOffset.UnixEpoch.AddTicks(time), Is.EqualTo(session.Mcu.World.Header.Epoch + datagram.At));
                Assert.That(packet[0], Is.EqualTo(0x45));
                Assert.That(packet[9], Is.EqualTo(17));
                Assert.That(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)), Is.EqualTo(packet.Length));
                Assert.That(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(24)), Is.EqualTo(packet.Length - 20));
                Assert.That(Sum(packet[..20]), Is.EqualTo(0xFFFF), "IP checksum");
                Assert.That(Sum([.. packet[12..20], 0, 17, .. packet[24..26], .. packet[20..]]), Is.EqualTo(0xFFFF), "UDP checksum");
                Assert.That((Source(packet), Destination(packet)), Is.EqualTo((datagram.From, datagram.To)));
                Assert.That(datagram.IsUp ? datagram.To : datagram.From, Is.EqualTo(VirtualWorld.SecureLwm2mServer));
                Assert.That(packet[28..], Is.EqualTo(datagram.Payload.ToArray()));
                Assert.That(block.Body[^8] == 2, Is.EqualTo(datagram.IsUp), "direction");
            });
        }
        Assert.That(packets.Select(p => PacketOf(p.Body)[28]), Has.Some.EqualTo(Protected));
    }

    [Test]
    public void An_odd_payload_and_one_whose_checksum_is_zero_are_right()
    {
        for (var last = 0; last <= 0xFFFF; last += 1)
        {
            var packet = UdpPacket.Encode(IPEndPoint.Parse("10.0.0.2:1"), IPEndPoint.Parse("10.0.0.3:2"), [(byte)(last >> 8), (byte)last]);
            if (packet[26] != 0xFF || packet[27] != 0xFF)
                continue;
            Assert.That(Sum([.. packet[12..20], 0, 17, .. packet[24..26], .. packet[20..]]), Is.EqualTo(0xFFFF), "0 is sent as all ones");
            var odd = UdpPacket.Encode(IPEndPoint.Parse("10.0.0.2:1"), IPEndPoint.Parse("10.0.0.3:2"), [1, 2, 3]);
            Assert.That(Sum([.. odd[12..20], 0, 17, .. odd[24..26], .. odd[20..]]), Is.EqualTo(0xFFFF));
            return;
        }
        Assert.Fail("no payload has that checksum");
    }

    [Test]
    public void Datagrams_that_are_not_IPv4_are_left_out()
    {
        var format = new PcapNg();
        format.Begin(TraceHeader.Of(new(), 1));
        Assert.That(format.Format(new DatagramEvent(TimeSpan.Zero, 0, true, IPEndPoint.Parse("10.0.0.2:1"), IPEndPoint.Parse("[::1]:2"), default)), Is.Empty);
    }
}
