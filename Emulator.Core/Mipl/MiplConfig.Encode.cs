using System.Buffers.Binary;
using System.Text;

namespace M531x.Emulator.Core.Mipl;

partial record MiplConfig
{
    /// <summary>The configuration in its <see cref="Layout"/>, ready for AT+MIPLCREATE's hex.</summary>
    /// <exception cref="InvalidOperationException">A value does not fit its field; the message names the field.</exception>
    public byte[] Encode()
    {
        var net = EncodeNet();
        var sys = EncodeSys();
        var output = new List<byte> { 0x13 };
        AddUInt16(output, "total length", 3 + 3 + net.Count + 3 + sys.Count + 3);
        AddItem(output, 0xF1, []);
        AddItem(output, 0xF2, net);
        AddItem(output, 0xF3, sys);
        return [.. output];
    }

    List<byte> EncodeNet()
    {
        var output = new List<byte>();
        AddUInt16(output, "mtu", Mtu);
        output.Add((byte)((Fit("link type", LinkType, 0xF) << 4) | Fit("band type", BandType, 0xF)));
        if (Layout == MiplConfigLayout.New)
            output.Add((byte)((Bootstrap ? 0x80 : 0) | (Dtls ? 0x40 : 0) | Fit("spare flags", SpareFlags, 0x3F)));
        else if (Dtls || SpareFlags != 0)
            throw new InvalidOperationException("The old layout has no flags; port 5684 selects DTLS.");
        AddString(output, "apn", Apn);
        AddString(output, "user", User);
        AddString(output, "password", Password);
        if (!TrySplitServer(Server, out _, out _))
            throw new InvalidOperationException("The host is not a printable host with an optional port.");
        if (Layout == MiplConfigLayout.New)
            AddString(output, "host", Server);
        else
        {
            AddUInt16(output, "host", Fit("host", Server.Length, 0xFFF) | (Bootstrap ? 0x1000 : 0));
            AddText(output, "host", Server);
        }
        AddString(output, "user data", UserData);
        return output;
    }

    List<byte> EncodeSys()
    {
        var output = new List<byte>
        {
            (byte)((LogEnabled ? 0x80 : 0)
                | (LogExtOutput ? 0x40 : 0)
                | (Fit("log output type", LogOutputType, 3) << 4)
                | Fit("log output level", LogOutputLevel, 0xF)),
        };
        AddUInt16(output, "log buffer size", LogBufferSize);
        AddString(output, "sys user data", SysUserData);
        return output;
    }

    static void AddItem(List<byte> output, byte tag, List<byte> body)
    {
        output.Add(tag);
        AddUInt16(output, "item length", body.Count + 3);
        output.AddRange(body);
    }

    static void AddString(List<byte> output, string field, string value)
    {
        AddUInt16(output, field, value.Length);
        AddText(output, field, value);
    }

    static void AddText(List<byte> output, string field, string value)
    {
        if (value.Any(c => c > 0xFF))
            throw new InvalidOperationException($"The {field} holds a character beyond Latin-1.");
        output.AddRange(Encoding.Latin1.GetBytes(value));
    }

    static void AddUInt16(List<byte> output, string field, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Fit(field, value, 0xFFFF));
        output.AddRange(bytes);
    }

    static int Fit(string field, int value, int limit) =>
        value >= 0 && value <= limit
            ? value
            : throw new InvalidOperationException($"The {field} ({value}) does not fit; it is at most {limit}.");
}
