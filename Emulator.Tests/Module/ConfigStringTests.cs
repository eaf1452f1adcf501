using System.Globalization;
using System.Text;
using FsCheck;
using M531x.Emulator.Core.Mipl;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Configurations found in public MCU programs, tools and manuals.</summary>
sealed class ConfigStringTests
{
    static readonly MiplConfig Direct = new() { Server = "183.230.40.39:5683" };

    static readonly MiplConfig CmIot = new()
    {
        Layout = MiplConfigLayout.New,
        Apn = "CMIOT",
        Server = "183.230.40.39:5683",
        UserData = "AuthCode:;PSK:;",
        LogEnabled = true,
        LogExtOutput = true,
        LogOutputType = 2,
        LogOutputLevel = 4,
        LogBufferSize = 200,
    };

    static TestCaseData Seen(string name, int length, string hex, MiplConfig config) =>
        new TestCaseData(length, hex, config).SetName("{m}: " + name);

    static MiplConfig Log71(string server) =>
        Direct with { Server = server, LogExtOutput = true, LogOutputType = 3, LogOutputLevel = 1 };

    public static IEnumerable<TestCaseData> OldLayout()
    {
        yield return Seen("1 bootstrap host with the flag off", 49,
            "130031F10003F2002304001100000000000000123138332E3233302E34302E33393A35363833000131F300080000000000", Direct);
        yield return Seen("2 direct, log C0", 49,
            "130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000",
            Direct with { Server = "183.230.40.40:5683", LogEnabled = true, LogExtOutput = true });
        yield return Seen("3 bootstrap by address", 49,
            "130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000",
            Direct with { Bootstrap = true });
        yield return Seen("3b bootstrap by address, log 71", 49,
            "130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300087100000000",
            Log71("183.230.40.39:5683") with { Bootstrap = true });
        yield return Seen("4 bootstrap by name", 56,
            "130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000",
            Direct with { Bootstrap = true, Server = "nbiotbt.heclouds.com:5683" });
        yield return Seen("5 direct by name", 57,
            "130039F10003F2002B040011000000000000001A6E62696F746163632E6865636C6F7564732E636F6D3A35363833000131F300087100000000",
            Log71("nbiotacc.heclouds.com:5683"));
        yield return Seen("6 a private server", 50,
            "130032F10003F2002404001100000000000000133139322E3136382E34392E3231303A35363833000131F300087100000000",
            Log71("192.168.49.210:5683"));
        yield return Seen("6b another private server", 50,
            "130032F10003F2002404001100000000000000133139322E3136382E32342E3130303A35363833000131F300087100000000",
            Log71("192.168.24.100:5683"));
        yield return Seen("7 a public server", 49,
            "130031F10003F2002304001100000000000000123131322E31332E3136372E36333A35363833000131F300087100000000",
            Log71("112.13.167.63:5683"));
        yield return Seen("8 with an APN", 64,
            "130040F10003F200320400110010434D4E42494F544F4E454E45542E5A4A0000000000113138382E3130322E352E32373A35363833"
            + "000131F300087100000000",
            Log71("188.102.5.27:5683") with { Apn = "CMNBIOTONENET.ZJ" });
        yield return Seen("9 without the APN", 48,
            "130030F10003F2002204001100000000000000113138382E3130322E352E32373A35363833000131F300087100000000",
            Log71("188.102.5.27:5683"));
        yield return Seen("18 a host without a port", 51,
            "130033f10003f20021050011000000000000000d3138332e3233302e34302e333900044e554c4cf3000cea040000044e554c4c",
            new MiplConfig
            {
                Mtu = 1280,
                Server = "183.230.40.39",
                UserData = "NULL",
                LogEnabled = true,
                LogExtOutput = true,
                LogOutputType = 2,
                LogOutputLevel = 10,
                LogBufferSize = 1024,
                SysUserData = "NULL",
            });
        yield return Seen("19 with an AuthCode", 73,
            "130049F10003F2003B04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A3536383300124175746843"
            + "6F64653A31323435383738393BF300080000000000",
            Direct with { Bootstrap = true, Server = "nbiotbt.heclouds.com:5683", UserData = "AuthCode:12458789;" });
    }

    public static IEnumerable<TestCaseData> NewLayout()
    {
        yield return Seen("10 bootstrap", 69,
            "130045f10003f20037040011800005434d494f540000000000123138332e3233302e34302e33393a35363833000f41757468436f64"
            + "653a3b50534b3a3bf30008e400c80000",
            CmIot with { Bootstrap = true });
        yield return Seen("11 bootstrap over DTLS", 92,
            "13005cf10003f2004e040011c00005434d494f540000000000103137322e31392e332e31383a35363834002841757468436f64653a"
            + "79616e6779616e6c69753b50534b3a3836353832303033303238353837353bf30008e400c80000",
            CmIot with
            {
                Bootstrap = true,
                Dtls = true,
                Server = "172.19.3.18:5684",
                UserData = "AuthCode:yangyanliu;PSK:865820030285875;",
            });
        yield return Seen("12 an empty AuthCode", 64,
            "130040f10003f20032040011c00005434d494f540000000000123138332e3233302e34302e33393a35363834000a41757468436f64"
            + "653a3bf30008e400c80000",
            CmIot with { Bootstrap = true, Dtls = true, Server = "183.230.40.39:5684", UserData = "AuthCode:;" });
        yield return Seen("13 a PSK alone", 67,
            "130043f10003f20035040011800005434d494f540000000000123138332e3233302e34302e33393a35363833000d50534b3a313233"
            + "34353637383bf30008e400c80000",
            CmIot with { Bootstrap = true, UserData = "PSK:12345678;" });
        yield return Seen("14 AuthCode and PSK", 83,
            "130053F10003F20045050011C00005434D494F540000000000123138332E3233302E34302E33393A35363834001D41757468436F64"
            + "653A45433631363B50534B3A454947454E434F4D4D3BF30008E400C80000",
            CmIot with
            {
                Mtu = 1280,
                Bootstrap = true,
                Dtls = true,
                Server = "183.230.40.39:5684",
                UserData = "AuthCode:EC616;PSK:EIGENCOMM;",
            });
        yield return Seen("15 direct", 69,
            "130045F10003F20037050011000005434D494F540000000000123138332E3233302E34302E34303A35363833000F41757468436F64"
            + "653A3B50534B3A3BF30008E400C80000",
            CmIot with { Mtu = 1280, Server = "183.230.40.40:5683" });
        yield return Seen("15b the same with bootstrap", 69,
            "130045F10003F20037050011800005434D494F540000000000123138332E3233302E34302E33393A35363833000F41757468436F64"
            + "653A3B50534B3A3BF30008E400C80000",
            CmIot with { Mtu = 1280, Bootstrap = true });
        var management = CmIot with
        {
            User = "sdkU",
            Password = "sdkP",
            UserData = "AuthCode:;Userdata:abc123;",
            SysUserData = "sysUD:123",
        };
        yield return Seen("16 user, password and system user data", 95,
            "13005FF10003F20048040011000005434D494F54000473646B55000473646B5000103131372E3136312E322E373A35363833001A4175"
            + "7468436F64653A3B55736572646174613A6162633132333BF30011E400C8000973797355443A313233",
            management with { Server = "117.161.2.7:5683" });
        yield return Seen("17 the same with another server", 96,
            "130060F10003F20049040011000005434D494F54000473646B55000473646B5000113131372E3136312E322E34313A35363833001A41"
            + "757468436F64653A3B55736572646174613A6162633132333BF30011E400C8000973797355443A313233",
            management with { Server = "117.161.2.41:5683" });
    }

    [TestCaseSource(nameof(OldLayout))]
    [TestCaseSource(nameof(NewLayout))]
    public void A_found_configuration_decodes_to_its_fields(int length, string hex, MiplConfig expected)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.That(bytes, Has.Length.EqualTo(length));
        Assert.That(MiplConfig.TryDecode(bytes, out var config, out var error), Is.True, error);
        Assert.That(config, Is.EqualTo(expected));
        Assert.That(error, Is.Empty);
    }

    [TestCaseSource(nameof(OldLayout))]
    [TestCaseSource(nameof(NewLayout))]
    public void Its_fields_encode_to_the_found_configuration(int length, string hex, MiplConfig config)
    {
        var bytes = config.Encode();
        Assert.That(bytes, Has.Length.EqualTo(length));
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo(hex).IgnoreCase);
    }

    [TestCaseSource(nameof(OldLayout))]
    [TestCaseSource(nameof(NewLayout))]
    public void Every_shorter_beginning_is_refused_with_a_field_and_an_offset(int length, string hex, MiplConfig _)
    {
        var bytes = Convert.FromHexString(hex);
        for (var cut = 0; cut < length; cut++)
        {
            var part = bytes[..cut];
            if (cut >= 3)
                (part[1], part[2]) = ((byte)(cut >> 8), (byte)cut);
            Assert.That(MiplConfig.TryDecode(part, out var _, out var error), Is.False);
            Assert.That(error, Does.Match(@"^[a-z ]+ at byte \d+ "));
        }
    }

    [TestCase("183.230.40.39:5683", "183.230.40.39", 5683, false)]
    [TestCase("183.230.40.39", "183.230.40.39", 5683, false)]
    [TestCase("nbiotacc.heclouds.com:5684", "nbiotacc.heclouds.com", 5684, true)]
    [TestCase("[::1]:15683", "[::1]", 15683, false)]
    [TestCase("[::1]", "[::1]", 5683, false)]
    public void A_server_is_a_host_and_a_port(string server, string host, int port, bool dtls)
    {
        var config = Direct with { Server = server };
        Assert.That((config.Host, config.Port, config.UsesDtls), Is.EqualTo((host, port, dtls)));
    }

    [TestCase("")]
    [TestCase(":5683")]
    [TestCase("host:")]
    [TestCase("host:0")]
    [TestCase("host:65536")]
    [TestCase("host:+1")]
    [TestCase("ho st:5683")]
    [TestCase("h\u00F6st:5683")]
    [TestCase("host\0")]
    public void A_bad_server_is_refused(string server)
    {
        Assert.That(MiplConfig.TrySplitServer(server, out _, out _), Is.False);
        Assert.That(() => (Direct with { Server = server }).Encode(), Throws.InvalidOperationException);
    }

    [TestCase("1", null, null)]
    [TestCase("", null, null)]
    [TestCase("NULL", null, null)]
    [TestCase("AuthCode:;PSK:;", null, null)]
    [TestCase("AuthCode:12458789;", "12458789", null)]
    [TestCase("PSK:12345678;", null, "12345678")]
    [TestCase("AuthCode:EC616;PSK:EIGENCOMM;", "EC616", "EIGENCOMM")]
    [TestCase("PSK:a:b;AuthCode:x", "x", "a:b")]
    [TestCase("AuthCodes:1;XPSK:2;", null, null)]
    public void AuthCode_and_PSK_come_from_the_user_data(string userData, string? authCode, string? psk)
    {
        var config = Direct with { UserData = userData };
        Assert.That((config.AuthCode, config.Psk), Is.EqualTo((authCode, psk)));
    }

    // Offsets in configuration 1: 3 F1, 6 F2, 9 mtu, 12 apn, 18 host, 38 user data, 41 F3, 45 buffer size.
    [TestCase(0, "23", "version at byte 0 is 23, not 13")]
    [TestCase(1, "0032", "total length at byte 1 is 50, but there are 49 bytes")]
    [TestCase(3, "F2", "init item at byte 3 has tag F2, not F1")]
    [TestCase(4, "0002", "init item at byte 3 has length 2, which does not fit")]
    [TestCase(4, "0004", "init item at byte 6 has 1 bytes left over")]
    [TestCase(6, "F3", "net item at byte 6 has tag F3, not F2")]
    [TestCase(7, "0100", "net item at byte 6 has length 256, which does not fit")]
    [TestCase(7, "0024", "net item at byte 41 has 1 bytes left over")]
    [TestCase(7, "0022", "user data at byte 38 has length 1, but 0 bytes are left")]
    [TestCase(18, "2012", "host at byte 18 has bootstrap nibble 2, not 0 or 1")]
    [TestCase(18, "0013", "user data at byte 39 has length 305, but 0 bytes are left")]
    [TestCase(20, "01", "host at byte 18 is not a printable host with an optional port")]
    [TestCase(41, "F1", "sys item at byte 41 has tag F1, not F3")]
    [TestCase(42, "0009", "sys item at byte 41 has length 9, which does not fit")]
    [TestCase(47, "0001", "sys user data at byte 47 has length 1, but 0 bytes are left")]
    public void An_error_names_the_field_and_the_offset(int offset, string patch, string expected)
    {
        var bytes = Direct.Encode();
        Convert.FromHexString(patch).CopyTo(bytes, offset);
        Assert.That(MiplConfig.TryDecode(bytes, out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo(expected));
    }

    [TestCase(26, "00", "host at byte 24 is not a printable host with an optional port")]
    [TestCase(61, "F1", "sys item at byte 61 has tag F1, not F3")]
    public void An_error_in_the_new_layout_is_told_in_its_terms(int offset, string patch, string expected)
    {
        var bytes = (CmIot with { Bootstrap = true }).Encode();
        Convert.FromHexString(patch).CopyTo(bytes, offset);
        Assert.That(MiplConfig.TryDecode(bytes, out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo(expected));
    }

    [Test]
    public void Bytes_after_the_system_item_are_refused()
    {
        byte[] bytes = [.. Direct.Encode(), 0];
        bytes[2]++;
        Assert.That(MiplConfig.TryDecode(bytes, out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo("end at byte 49 has 1 bytes left over"));
    }

    static IEnumerable<MiplConfig> Unencodable() =>
    [
        Direct with { Mtu = 65536 },
        Direct with { LinkType = 16 },
        Direct with { BandType = -1 },
        Direct with { Dtls = true },
        Direct with { SpareFlags = 1 },
        CmIot with { SpareFlags = 64 },
        Direct with { Server = new string('a', 4096) },
        Direct with { UserData = "中" },
        Direct with { Apn = new string('a', 65536) },
        Direct with { Apn = new string('a', 65500) },
        Direct with { LogOutputType = 4 },
        Direct with { LogOutputLevel = 16 },
        Direct with { LogBufferSize = 65536 },
    ];

    [TestCaseSource(nameof(Unencodable))]
    public void What_does_not_fit_is_not_encoded(MiplConfig config)
    {
        Assert.That(config.Encode, Throws.InvalidOperationException);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Configurations_round_trip(bool isNew, ushort mtu, byte types, byte flags, (byte Log, ushort Size) sys, byte[][] strings)
    {
        string Text(int index) => index < strings.Length ? Encoding.Latin1.GetString(strings[index] ?? []) : "";
        var config = new MiplConfig
        {
            Layout = isNew ? MiplConfigLayout.New : MiplConfigLayout.Old,
            Mtu = mtu,
            LinkType = types >> 4,
            BandType = types & 0xF,
            Bootstrap = (flags & 0x80) != 0,
            Dtls = isNew && (flags & 0x40) != 0,
            SpareFlags = isNew ? flags & 0x3F : 0,
            Server = "host" + mtu.ToString(CultureInfo.InvariantCulture) + ":5683",
            Apn = Text(0),
            User = Text(1),
            Password = Text(2),
            UserData = Text(3),
            LogEnabled = (sys.Log & 0x80) != 0,
            LogExtOutput = (sys.Log & 0x40) != 0,
            LogOutputType = (sys.Log >> 4) & 3,
            LogOutputLevel = sys.Log & 0xF,
            LogBufferSize = sys.Size,
            SysUserData = Text(4),
        };
        Assert.That(MiplConfig.TryDecode(config.Encode(), out var read, out var error), Is.True, error);
        Assert.That(read, Is.EqualTo(config));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void Decoding_any_bytes_never_throws(byte[] bytes)
    {
        Assert.That(() => MiplConfig.TryDecode(bytes, out var _, out var _), Throws.Nothing);
    }

    [FsCheck.NUnit.Property(MaxTest = 5000)]
    public void A_damaged_configuration_is_refused_or_encodes_to_itself(bool isNew, (byte At, byte Value)[] damage)
    {
        var bytes = (isNew ? CmIot : Direct).Encode();
        foreach (var (at, value) in damage.Take(3))
            bytes[at % bytes.Length] = value;
        if (MiplConfig.TryDecode(bytes, out var config, out var error))
            Assert.That(Convert.ToHexString(config.Encode()), Is.EqualTo(Convert.ToHexString(bytes)));
        else
            Assert.That(error, Does.Contain(" at byte "));
    }

    [FsCheck.NUnit.Property]
    public void A_server_of_any_text_never_throws(NonNull<string> server)
    {
        Assert.That(() => MiplConfig.TrySplitServer(server.Get, out var _, out var _), Throws.Nothing);
    }
}
