using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// A capture of the module's datagrams as pcapng (draft-ietf-opsawg-pcapng): raw IPv4 on one interface, times to 100 ns, and the secrets
/// of each handshake in a Decryption Secrets Block of its own, where they arise, which is before the first record that they protect.
/// </summary>
sealed class PcapNg : ITraceFormat
{
    const uint SectionHeader = 0x0A0D0D0A;
    const uint InterfaceDescription = 1;
    const uint EnhancedPacket = 6;
    const uint DecryptionSecrets = 0x0A;

    /// <summary>Key log lines of TLS and DTLS: "TLSK".</summary>
    const uint TlsKeyLog = 0x544C534B;
    const uint ByteOrder = 0x1A2B3C4D;

    /// <summary>LINKTYPE_RAW: a packet begins with its IP header.</summary>
    const ushort RawIp = 101;
    const ushort OptionName = 2;
    const ushort OptionApplication = 4;
    const ushort OptionPacketFlags = 2;
    const ushort OptionResolution = 9;
    const uint Inbound = 1;
    const uint Outbound = 2;

    /// <summary>if_tsresol: a time unit is 10^-7 s.</summary>
    const byte TickResolution = 7;

    DateTimeOffset _epoch;

    public byte[] Begin(TraceHeader header)
    {
        _epoch = header.Epoch;
        var section = new Block(SectionHeader).Add(ByteOrder).Add((ushort)1).Add((ushort)0).Add(ulong.MaxValue)
            .AddOption(OptionApplication, Encoding.UTF8.GetBytes($"m531x {header.Version}, {header.Profile}, seed {header.Seed.ToString(CultureInfo.InvariantCulture)}")).EndOptions();
        var description = new Block(InterfaceDescription).Add(RawIp).Add((ushort)0).Add(0u)
            .AddOption(OptionName, "module 0"u8).AddOption(OptionResolution, [TickResolution]).EndOptions();
        return [.. section.ToArray(), .. description.ToArray()];
    }

    public byte[] Format(TraceEvent traceEvent)
    {
        if (traceEvent is not DatagramEvent datagram || datagram.From.AddressFamily != AddressFamily.InterNetwork || datagram.To.AddressFamily != AddressFamily.InterNetwork)
            return [];
        var packet = UdpPacket.Encode(datagram.From, datagram.To, datagram.Payload.Span);
        var time = (ulong)((_epoch - DateTimeOffset.UnixEpoch) + datagram.At).Ticks;
        Span<byte> flags = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, datagram.IsUp ? Outbound : Inbound);
        return new Block(EnhancedPacket).Add(0u).Add((uint)(time >> 32)).Add((uint)time).Add((uint)packet.Length).Add((uint)packet.Length)
            .AddPadded(packet).AddOption(OptionPacketFlags, flags).EndOptions().ToArray();
    }

    public byte[] FormatSecrets(TimeSpan at, SecretsOutput secrets)
    {
        var line = Encoding.ASCII.GetBytes(secrets.ToKeyLogLine());
        return new Block(DecryptionSecrets).Add(TlsKeyLog).Add((uint)line.Length).AddPadded(line).ToArray();
    }

    /// <summary>A block under construction: type, total length, body in multiples of four bytes, total length again. Little-endian.</summary>
    sealed class Block(uint type)
    {
        const int Frame = 3 * sizeof(uint);

        readonly List<byte> _body = [];

        public Block Add(ushort value) => Add(value, sizeof(ushort));

        public Block Add(uint value) => Add(value, sizeof(uint));

        public Block Add(ulong value) => Add(value, sizeof(ulong));

        public Block AddPadded(ReadOnlySpan<byte> bytes)
        {
            _body.AddRange(bytes);
            while (_body.Count % sizeof(uint) != 0)
                _body.Add(0);
            return this;
        }

        public Block AddOption(ushort code, ReadOnlySpan<byte> value) => Add(code).Add((ushort)value.Length).AddPadded(value);

        public Block EndOptions() => Add(0u);

        public byte[] ToArray()
        {
            var block = new byte[_body.Count + Frame];
            BinaryPrimitives.WriteUInt32LittleEndian(block, type);
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(sizeof(uint)), (uint)block.Length);
            _body.CopyTo(block, 2 * sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(block.Length - sizeof(uint)), (uint)block.Length);
            return block;
        }

        Block Add(ulong value, int size)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            _body.AddRange(bytes[..size]);
            return this;
        }
    }
}
