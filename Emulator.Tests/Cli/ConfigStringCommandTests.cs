using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using M531x.Emulator.Cli;
using M531x.Emulator.Core.Mipl;
using NUnit.Framework;
using ConfigStrings = M531x.Emulator.Tests.Module.ConfigStringTests;

namespace M531x.Emulator.Tests.Cli;

/// <summary>m531x config decode and encode.</summary>
public sealed class ConfigStringCommandTests
{
    /// <summary>The manual's config.xml (§5.3.1.2) and the line it makes.</summary>
    const string ManualXml = """
        <?xml version="1.0"  encoding="utf-8"?>
        <config>
            <item>
                <version>1.0</version>
                <cfgcnt>3</cfgcnt>
            </item>
            <item id="1"></item>
            <item id="2">
                <data name="Mtu">1024</data>
                <data name="Linktype">1</data>
                <data name="Bandtype">1</data>
                <data name="APN"></data>
                <data name="Username"></data>
                <data name="Password"></data>
                <data name="Bootstrap">1</data>
                <data name="Host">nbiotbt.heclouds.com:5683</data>
                <data name="Userdata">AuthCode:12458789;</data>
            </item>
            <item id="3">
                <data name="LogEnabled">0</data>
                <data name="LogExtOutput">0</data>
                <data name="LogOutputType">0</data>
                <data name="LogOutputLevel">0</data>
                <data name="LogBufferSize">0</data>
                <data name="Userdata"></data>
            </item>
        </config>
        """;

    const string ManualLine = "AT+MIPLCREATE=73,130049F10003F2003B04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833001241757468436F64653A31323435383738393BF300080000000000,0,73,0";

    const string DirectHex = "130031F10003F2002304001100000000000000123138332E3233302E34302E33393A35363833000131F300080000000000";

    [TestCaseSource(typeof(ConfigStrings), nameof(ConfigStrings.OldLayout))]
    [TestCaseSource(typeof(ConfigStrings), nameof(ConfigStrings.NewLayout))]
    public void A_found_configuration_goes_through_xml_to_the_same_line(int length, string hex, object _)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"AT+MIPLCREATE={length},{hex},0,{length},0");
        foreach (var form in new[] { line, hex, line["AT+MIPLCREATE=".Length..], $" at+miplcreate ={line["AT+MIPLCREATE=".Length..]} \r\n" })
            Assert.That(Encode(Decode(form, asXml: true)), Is.EqualTo(line).IgnoreCase);
    }

    [TestCaseSource(typeof(ConfigStrings), nameof(ConfigStrings.OldLayout))]
    [TestCaseSource(typeof(ConfigStrings), nameof(ConfigStrings.NewLayout))]
    public void The_fields_of_a_found_configuration_are_its_bytes_in_order(int length, string hex, object _)
    {
        var fields = Decode(hex, asXml: false).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]
            .Select(row => Regex.Match(row, @"^ *(\d+)  [a-z ]+  .+  \[([0-9A-F]+)\]$")).ToList();
        Assert.That(fields, Has.All.Matches<Match>(m => m!.Success));
        Assert.That(string.Concat(fields.Select(f => f.Groups[2].Value)), Is.EqualTo(hex).IgnoreCase);
        var offset = 0;
        foreach (var field in fields)
        {
            Assert.That(int.Parse(field.Groups[1].Value, CultureInfo.InvariantCulture), Is.EqualTo(offset), field.Value);
            offset += field.Groups[2].Length / 2;
        }
        Assert.That(offset, Is.EqualTo(length));
    }

    [Test]
    public void The_manuals_xml_makes_its_line() => Assert.That(Encode(ManualXml), Is.EqualTo(ManualLine));

    [Test]
    public void The_manuals_line_makes_its_xml() =>
        Assert.That(Decode(ManualLine, asXml: true).TrimEnd(), Is.EqualTo(ManualXml.Replace("  encoding", " encoding", StringComparison.Ordinal)));

    [Test]
    public void The_new_layout_has_the_tools_own_xml()
    {
        var xml = Decode("130040f10003f20032040011c00005434d494f540000000000123138332e3233302e34302e33393a35363834000a41757468436f64653a3bf30008e400c80000", asXml: true);
        Assert.That(xml, Does.Contain("<head>").And.Contain("<data name=\"BootstrapEnabled\">1</data>").And.Contain("<data name=\"DTLSEnabled\">1</data>"));
        Assert.That(xml, Does.Not.Contain("\"Bootstrap\"").And.Not.Contain("SpareFlags"));
    }

    [Test]
    public void A_field_is_printed_with_its_offset_and_its_bytes()
    {
        var rows = Decode(ManualLine, asXml: false).Split('\n');
        Assert.That(rows[0], Is.EqualTo("layout old (M531X)"));
        Assert.That(rows, Has.Some.Match(@"^   9  mtu +1024  \[0400\]$"));
        Assert.That(rows, Has.Some.Match(@"^  18  host +""nbiotbt\.heclouds\.com:5683"", bootstrap on  \[10196E62"));
        Assert.That(rows, Has.Some.Match(@"^  45  user data +""AuthCode:12458789;""  \[0012"));
    }

    [Test]
    public void Fragments_on_lines_of_their_own_are_joined()
    {
        var lines = $"AT+MIPLCREATE=49,{DirectHex[..40]},2,20,1\r\nAT+MIPLCREATE=49,{DirectHex[40..80]},1,20,2\r\nAT+MIPLCREATE=49,{DirectHex[80..]},0,9,0\r\n";
        Assert.That(Encode(Decode(lines, asXml: true)), Is.EqualTo($"AT+MIPLCREATE=49,{DirectHex},0,49,0"));
        Assert.That(Decode(lines, asXml: false, fromInput: true), Does.Contain("183.230.40.39:5683"));
    }

    [TestCase("", "nothing to decode")]
    [TestCase("23" + "0031F1", "version at byte 0 is 23, not 13")]
    [TestCase("130031F1", "total length at byte 1 is 49, but there are 4 bytes")]
    [TestCase("130031F10003F2002304001100000000000000FF3138332E3233302E34302E33393A35363833000131F300080000000000", "host at byte 18 has length 255, but 21 bytes are left")]
    [TestCase("13003", "byte 2 has one hexadecimal digit")]
    [TestCase("1300x1", "byte 2 is not hexadecimal: 'x' at digit 4")]
    [TestCase("AT+MIPLOPEN=0,3000,30", "AT+MIPLOPEN is not AT+MIPLCREATE=")]
    [TestCase("AT+MIPLCREATE=1,13,0,1", "expected AT+MIPLCREATE=totalsize,config,index,currentsize,flag")]
    [TestCase("AT+MIPLCREATE=x,13,0,1,0", "totalsize x: expected 1 to 1024")]
    [TestCase("AT+MIPLCREATE=1025,13,1,1,1", "totalsize 1025: expected 1 to 1024")]
    [TestCase("AT+MIPLCREATE=2,13,256,1,1", "index 256: expected 0 to 255")]
    [TestCase("AT+MIPLCREATE=2,13,0,0,1", "currentsize 0: expected 1 to 1024")]
    [TestCase("AT+MIPLCREATE=2,13,0,1,3", "flag 3: expected 0 to 2")]
    [TestCase("AT+MIPLCREATE", "AT+MIPLCREATE without parameters carries no configuration: the module then bootstraps at its default server")]
    [TestCase("AT+MIPLCREATE?", "AT+MIPLCREATE? is not AT+MIPLCREATE=")]
    [TestCase("AT+MIPLDELETE", "AT+MIPLDELETE is not AT+MIPLCREATE=")]
    [TestCase("AT+MIPLCREATE=1,13,0,2,0", "fragment 1 at byte 0: currentsize is 2, but there are 1 bytes")]
    [TestCase("AT+MIPLCREATE=2,13,0,1,0", "fragment 1 at byte 0: totalsize is 2, but there are 1 bytes")]
    [TestCase("AT+MIPLCREATE=2,13,1,1,1", "the last fragment is missing after 1 bytes")]
    [TestCase("AT+MIPLCREATE=2,13,3,1,1\nAT+MIPLCREATE=2,13,0,1,0", "fragment 2 at byte 1: index is 0, expected 2")]
    [TestCase("AT+MIPLCREATE=2,13,1,1,1\nAT+MIPLCREATE=3,1300,0,2,0", "fragment 2 at byte 1: totalsize is 3, but was 2 before")]
    [TestCase("AT+MIPLCREATE=4,13,1,1,1\nAT+MIPLCREATE=4,1300,0,2,0", "fragment 2 at byte 1: totalsize is 4, but there are 3 bytes")]
    [TestCase("AT+MIPLCREATE=3,13,2,1,1\nAT+MIPLCREATE=3,130000,1,3,2", "fragment 2 at byte 1: totalsize is 3, but there are 4 bytes so far")]
    [TestCase("AT+MIPLCREATE=2,13,1,1,2", "fragment 1 at byte 0: flag is 2 on the first fragment, expected 1, or 0 when it is the only one")]
    [TestCase("AT+MIPLCREATE=2,13,0,1,1", "fragment 1 at byte 0: flag is 1 at index 0; flag 0 goes with index 0")]
    [TestCase("AT+MIPLCREATE=2,13,1,1,1\nAT+MIPLCREATE=2,1x,0,1,0", "fragment 2 at byte 1: config byte 0 is not hexadecimal: 'x' at digit 1")]
    [TestCase("AT+MIPLCREATE=1,13,0,1,0\nAT+MIPLCREATE=1,13,0,1,0", "line 2 follows the last fragment")]
    [TestCase("AT+MIPLCREATE=2,13,1,1,1\n13", "line 2 is no AT+MIPLCREATE line")]
    public void What_does_not_decode_is_refused_with_its_place(string text, string why)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        Assert.That(ConfigStringCommands.Decode(TextReader.Null, output, errors, text, asXml: false), Is.EqualTo(ExitCode.Usage));
        Assert.That(errors.ToString(), Is.EqualTo($"m531x: {why}{Environment.NewLine}"));
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void Control_characters_are_shown_but_not_as_xml()
    {
        var hex = Convert.ToHexString(new MiplConfig { Server = "a", UserData = "\u0001\"" }.Encode());
        Assert.That(Decode(hex, asXml: false), Does.Contain("\"\\x01\\\"\""));
        var errors = new StringWriter();
        Assert.That(ConfigStringCommands.Decode(TextReader.Null, TextWriter.Null, errors, hex, asXml: true), Is.EqualTo(ExitCode.Usage));
        Assert.That(errors.ToString(), Does.Contain("control character"));
    }

    [TestCase("<version>1.0<", "<version>2.0<", "4:10: version 2.0: expected 1.0")]
    [TestCase("<cfgcnt>3<", "<cfgcnt>4<", "5:10: cfgcnt 4: expected 3")]
    [TestCase(">1024<", ">65536<", "9:10: Mtu 65536: expected 0 to 65535")]
    [TestCase("\"Bootstrap\">1<", "\"Bootstrap\">2<", "15:10: Bootstrap 2: expected 0 to 1")]
    [TestCase("\"Bootstrap\"", "\"Bootstrapped\"", "8:6: Bootstrap: is missing")]
    [TestCase("\"Username\"", "\"APN\"", "13:10: APN: is there twice")]
    [TestCase("</item>\n    <item id=\"3\">", "<data name=\"X\"/></item>\n    <item id=\"3\">", "18:6: X: unknown")]
    [TestCase("item id=\"3\"", "item id=\"4\"", "19:6: item 4: unknown")]
    [TestCase("item id=\"2\"", "item id=\"1\"", "8:6: item 1: is there twice")]
    [TestCase("<config>", "<confg>", "27:3: not XML: ")]
    [TestCase("12458789", "认证", "17:10: Userdata: holds a character beyond Latin-1")]
    [TestCase("nbiotbt.heclouds.com:5683", "nbiotbt heclouds", "16:10: Host nbiotbt heclouds: expected a printable host, or host:port")]
    [TestCase(":5683<", ":65536<", "16:10: Host nbiotbt.heclouds.com:65536: expected a printable host, or host:port")]
    [TestCase("</config>", "<item id=\"4\"></item></config>", "27:2: item 4: unknown")]
    [TestCase("<item id=\"1\">", "<item id=\"3\"></item><item id=\"1\">", "19:6: item 3: is there twice")]
    [TestCase("</config>", "<item><version>1.0</version></item></config>", "27:2: head: is there twice")]
    [TestCase("</config>", "<data name=\"Mtu\">1</data></config>", "27:2: data: unknown")]
    public void A_wrong_xml_is_refused_with_line_and_column(string part, string instead, string why)
    {
        var xml = ManualXml.ReplaceLineEndings("\n").Replace(part, instead, StringComparison.Ordinal);
        Assert.That(xml, Does.Contain(instead));
        var (output, errors) = (new StringWriter(), new StringWriter());
        Assert.That(ConfigStringCommands.Encode(Bytes(xml), output, errors, "a.xml"), Is.EqualTo(ExitCode.Usage));
        Assert.That(errors.ToString(), Does.StartWith($"m531x: a.xml:{why}"));
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void What_the_command_cannot_take_is_not_encoded()
    {
        var errors = new StringWriter();
        var xml = ManualXml.Replace("12458789", new string('1', 1000), StringComparison.Ordinal);
        Assert.That(ConfigStringCommands.Encode(Bytes(xml), TextWriter.Null, errors, "a.xml"), Is.EqualTo(ExitCode.Usage));
        Assert.That(errors.ToString(), Does.Contain("the configuration has 1065 bytes; AT+MIPLCREATE takes 1024"));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Any_configuration_that_xml_can_hold_comes_back(bool isNew, ushort mtu, byte types, byte flags, (byte Log, ushort Size) sys, byte[][] strings)
    {
        string Text(int index) => index < strings.Length
            ? string.Concat(Encoding.Latin1.GetString(strings[index] ?? []).Where(System.Xml.XmlConvert.IsXmlChar))
            : "";
        var config = new MiplConfig
        {
            Layout = isNew ? MiplConfigLayout.New : MiplConfigLayout.Old,
            Mtu = mtu,
            LinkType = types >> 4,
            BandType = types & 0xF,
            Bootstrap = (flags & 0x80) != 0,
            Dtls = isNew && (flags & 0x40) != 0,
            SpareFlags = isNew ? flags & 0x3F : 0,
            Apn = Text(0),
            User = Text(1),
            Password = Text(2),
            Server = "host:5683",
            UserData = Text(3),
            LogOutputType = (sys.Log >> 4) & 3,
            LogOutputLevel = sys.Log & 0xF,
            LogBufferSize = sys.Size,
            SysUserData = Text(4),
        };
        using var reader = System.Xml.XmlReader.Create(new StringReader(MiplConfigXml.Write(config)));
        Assert.That(MiplConfigXml.Read(reader), Is.EqualTo(config));
    }

    static string Decode(string text, bool asXml, bool fromInput = false)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        Assert.That(ConfigStringCommands.Decode(new StringReader(text), output, errors, fromInput ? "-" : text, asXml), Is.EqualTo(ExitCode.Ok), errors.ToString());
        return output.ToString();
    }

    static string Encode(string xml)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        Assert.That(ConfigStringCommands.Encode(Bytes(xml), output, errors, "a.xml"), Is.EqualTo(ExitCode.Ok), errors.ToString());
        return output.ToString().TrimEnd();
    }

    static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
