namespace M531x.Emulator.Core.Mipl;

partial record MiplConfig
{
    /// <summary>
    /// Decodes the old layout, or else the new one; every length must fit to the byte and the server must be printable.
    /// </summary>
    /// <param name="bytes">The configuration, all fragments joined.</param>
    /// <param name="config">The configuration; meaningless when the result is false.</param>
    /// <param name="error">Empty, or the field and its byte offset, from the layout that was read furthest.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out MiplConfig config, out string error)
    {
        var old = new MiplConfigReader(bytes);
        if (TryRead(ref old, MiplConfigLayout.Old, out config))
        {
            error = "";
            return true;
        }
        var newer = new MiplConfigReader(bytes);
        if (TryRead(ref newer, MiplConfigLayout.New, out config))
        {
            error = "";
            return true;
        }
        // The new layout's flag byte alone shifts it by one, so a lead of one byte is no sign of it.
        error = newer.ErrorOffset > old.ErrorOffset + 1 ? newer.Error : old.Error;
        return false;
    }

    static bool TryRead(ref MiplConfigReader reader, MiplConfigLayout layout, out MiplConfig config)
    {
        config = new MiplConfig { Layout = layout, Server = "" };
        return TryReadHeader(ref reader)
            && TryReadNet(ref reader, ref config)
            && TryReadSys(ref reader, ref config)
            && reader.EndsAt(reader.Length, "end");
    }

    static bool TryReadHeader(ref MiplConfigReader reader)
    {
        if (!reader.TryByte("version", out var version))
            return false;
        if (version != 0x13)
            return reader.Fail("version", 0, $"is {version:X2}, not 13");
        if (!reader.TryUInt16("total length", out var total))
            return false;
        if (total != reader.Length)
            return reader.Fail("total length", 1, $"is {total}, but there are {reader.Length} bytes");
        return reader.TryItem("init item", 0xF1, out var end) && reader.EndsAt(end, "init item");
    }

    static bool TryReadNet(ref MiplConfigReader reader, ref MiplConfig config)
    {
        var isNew = config.Layout == MiplConfigLayout.New;
        var flags = 0;
        if (!reader.TryItem("net item", 0xF2, out var end)
            || !reader.TryUInt16("mtu", out var mtu)
            || !reader.TryByte("link and band type", out var types)
            || (isNew && !reader.TryByte("flags", out flags))
            || !reader.TryString("apn", end, out var apn)
            || !reader.TryString("user", end, out var user)
            || !reader.TryString("password", end, out var password))
            return false;
        var serverAt = reader.Offset;
        var bootstrap = (flags & 0x80) != 0;
        string server;
        if (!(isNew ? reader.TryString("host", end, out server) : reader.TryServer("host", end, out server, out bootstrap)))
            return false;
        if (!TrySplitServer(server, out _, out _))
            return reader.Fail("host", serverAt, "is not a printable host with an optional port");
        if (!reader.TryString("user data", end, out var userData) || !reader.EndsAt(end, "net item"))
            return false;
        config = config with
        {
            Mtu = mtu,
            LinkType = types >> 4,
            BandType = types & 0xF,
            Bootstrap = bootstrap,
            Dtls = (flags & 0x40) != 0,
            SpareFlags = flags & 0x3F,
            Apn = apn,
            User = user,
            Password = password,
            Server = server,
            UserData = userData,
        };
        return true;
    }

    static bool TryReadSys(ref MiplConfigReader reader, ref MiplConfig config)
    {
        if (!reader.TryItem("sys item", 0xF3, out var end)
            || !reader.TryByte("log", out var log)
            || !reader.TryUInt16("log buffer size", out var size)
            || !reader.TryString("sys user data", end, out var userData)
            || !reader.EndsAt(end, "sys item"))
            return false;
        config = config with
        {
            LogEnabled = (log & 0x80) != 0,
            LogExtOutput = (log & 0x40) != 0,
            LogOutputType = (log >> 4) & 3,
            LogOutputLevel = log & 0xF,
            LogBufferSize = size,
            SysUserData = userData,
        };
        return true;
    }
}
