using System.Text;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.12 to §1.15: writes and executes.</summary>
public sealed class WriteTests
{
    static (Mcu Mcu, FakeServer Server) Registered(params string[] before)
    {
        var mcu = new Mcu();
        return (mcu, FakeServer.Register(mcu, 86400, before));
    }

    static string Declare(int resource, string typeAndValue) => $"AT+MIPLNOTIFY=0,0,3200,0,{resource},{typeAndValue},0,0";

    [TestCase("1,1,\"a\"", "E4167674657374", "1,4,test")]
    [TestCase("6,2,\"61\"", "E4167674657374", "1,4,test", Description = "a hex string is a string")]
    [TestCase("1,1,\"a\"", "E41676FF2CFE22", "1,4,\u00FF,\u00FE\"", Description = "any bytes are printed as they are")]
    [TestCase("1,1,\"a\"", "E01676", "1,0,")]
    [TestCase("2,2,\"00\"", "E41676E309C82F", "2,8,E309C82F")]
    [TestCase("3,1,1", "E11676F4", "3,3,-12")]
    [TestCase("3,1,1", "E216760744", "3,4,1860")]
    [TestCase("3,1,1", "E81676088000000000000000", "3,20,-9223372036854775808")]
    [TestCase("3,1,1", "E31676000102", "2,6,000102", Description = "no integer has three bytes")]
    [TestCase("4,1,1", "E4167641A0FBE7", "4,6,20.123")]
    [TestCase("4,1,1", "E8167608C045000000000000", "4,3,-42")]
    [TestCase("5,1,1", "E1167601", "5,1,1")]
    [TestCase("5,1,1", "E1167600", "5,1,0")]
    [TestCase("5,1,1", "E1167602", "2,2,02")]
    public void A_declared_type_decides_how_a_value_is_printed(string declared, string tlv, string printed)
    {
        var (mcu, server) = Registered(Declare(5750, declared));
        var mid = server.WriteTlv("3200/0", tlv);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},3200,0,5750,{printed},0"));
    }

    [TestCase("E4167674657374", "2,8,74657374")]
    [TestCase("E01676", "2,0,")]
    public void An_undeclared_type_is_printed_as_opaque(string tlv, string printed)
    {
        var (mcu, server) = Registered();
        var mid = server.WriteTlv("3200/0", tlv);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},3200,0,5750,{printed},0"));
    }

    [Test]
    public void A_value_inside_an_instance_entry_is_read_too()
    {
        var (mcu, server) = Registered();
        var mid = server.WriteTlv("3200/0", "0700E4167674657374");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},3200,0,5750,2,8,74657374,0"));
    }

    [TestCase("1,1,\"a\"", "te,st", 0, "1,5,te,st")]
    [TestCase("3,1,1", "1860", 0, "3,4,1860")]
    [TestCase("4,1,1", "20.50", 0, "4,5,20.50")]
    [TestCase("3,1,1", "x", 0, "2,2,78")]
    [TestCase("1,1,\"a\"", "\u00FF\u00FE", 42, "1,2,\u00FF\u00FE")]
    [TestCase("2,2,\"00\"", "\u00FF\u00FE", 42, "2,4,FFFE")]
    [TestCase("1,1,\"a\"", "", 0, "1,0,")]
    public void A_single_resource_may_be_written_as_text_or_octets(string declared, string payload, int format, string printed)
    {
        var (mcu, server) = Registered(Declare(5750, declared));
        var mid = server.WriteText("3200/0/5750", Encoding.Latin1.GetBytes(payload), format);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},3200,0,5750,{printed},0"));
    }

    [Test]
    public void Several_resources_are_a_line_each_with_flags_1_2_and_0_and_one_answer()
    {
        var (mcu, server) = Registered(Declare(5501, "3,1,1"), Declare(5750, "1,1,\"a\""));
        var mid = server.WriteTlv("3200/0", "E1157C01" + "E2157D0744" + "E4167674657374");
        Assert.That(mcu.Take(), Is.EqualTo(new[]
        {
            $"+MIPLWRITE:0,{mid},3200,0,5500,2,2,01,1",
            $"+MIPLWRITE:0,{mid},3200,0,5501,3,4,1860,2",
            $"+MIPLWRITE:0,{mid},3200,0,5750,1,4,test,0",
        }));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{mid},2"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.Changed));
    }

    [TestCase("AT+MIPLWRITERSP", 2, 0x44)]
    [TestCase("AT+MIPLWRITERSP", 11, 0x80)]
    [TestCase("AT+MIPLWRITERSP", 12, 0x81)]
    [TestCase("AT+MIPLWRITERSP", 13, 0x84)]
    [TestCase("AT+MIPLWRITERSP", 14, 0x85)]
    [TestCase("AT+MIPLEXECUTERSP", 2, 0x44)]
    [TestCase("AT+MIPLEXECUTERSP", 11, 0x80)]
    [TestCase("AT+MIPLEXECUTERSP", 12, 0x81)]
    [TestCase("AT+MIPLEXECUTERSP", 13, 0x84)]
    [TestCase("AT+MIPLEXECUTERSP", 14, 0x85)]
    public void A_result_number_becomes_its_code(string command, int result, byte code)
    {
        var (mcu, server) = Registered();
        var mid = command == "AT+MIPLWRITERSP" ? server.WriteTlv("3200/0", "E1157C01") : server.Request(CoapCode.Post, "3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"{command}=0,{mid},{result}"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(new CoapCode(code)));
        Assert.That(mcu.Ask($"{command}=0,{mid},{result}"), Is.EqualTo("+CIS ERROR:653"));
    }

    [TestCase("AT+MIPLWRITERSP=0,30000,1")]
    [TestCase("AT+MIPLWRITERSP=0,30000,15")]
    [TestCase("AT+MIPLWRITERSP=0,30000")]
    [TestCase("AT+MIPLWRITERSP=0,30000,2,0")]
    [TestCase("AT+MIPLEXECUTERSP=0,30000,2")]
    [TestCase("AT+MIPLREADRSP=0,30000,11")]
    [TestCase("AT+MIPLWRITERSP=0,30001,2")]
    public void A_wrong_answer_leaves_the_write_open(string command)
    {
        var (mcu, server) = Registered();
        var mid = server.WriteTlv("3200/0", "E1157C01");
        mcu.Take();
        Assert.That(mid, Is.EqualTo(30000));
        Assert.That(mcu.Ask(command), Does.StartWith("+CIS ERROR:6"));
        Assert.That(mcu.Ask("AT+MIPLWRITERSP=0,30000,2"), Is.EqualTo("OK"));
    }

    [Test]
    public void A_repeated_write_is_shown_again_until_it_is_answered()
    {
        var (mcu, server) = Registered();
        var mid = server.WriteTlv("3200/0", "E1157C01");
        var line = mcu.Lines();
        var format = CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.LegacyTlv);
        server.Request(CoapCode.Put, "3200/0", Convert.FromHexString("E1157C01"), mid, format);
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        mcu.Command($"AT+MIPLWRITERSP=0,{mid},2");
        mcu.Advance(1);
        server.Request(CoapCode.Put, "3200/0", Convert.FromHexString("E1157C01"), mid, format);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(server.AnswersTo(mid).Select(a => a.Code), Is.EqualTo(new[] { CoapCode.Changed, CoapCode.Changed }));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_repeated_write_stays_silent_once_the_MCU_wants_no_operations_printed(int mode)
    {
        var (mcu, server) = Registered();
        var mid = server.WriteTlv("3200/0", "E1157C01");
        mcu.Lines();
        Assert.That(mcu.Ask($"AT+MIPLNMI=0,{mode},0"), Is.EqualTo("OK"));
        server.Request(CoapCode.Put, "3200/0", Convert.FromHexString("E1157C01"), mid, CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.LegacyTlv));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [TestCase("", "0,\"\"")]
    [TestCase("ping", "4,\"ping\"")]
    [TestCase("a,b", "3,\"a,b\"")]
    [TestCase("\u00E4\u00FF", "2,\"\u00E4\u00FF\"")]
    public void Execute_prints_its_argument_in_quotes(string argument, string printed)
    {
        var (mcu, server) = Registered();
        var mid = server.Request(CoapCode.Post, "3200/0/5750", Encoding.Latin1.GetBytes(argument));
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLEXECUTE:0,{mid},3200,0,5750,{printed}"));
    }

    [Test]
    public void A_repeated_execute_is_shown_again_until_it_is_answered()
    {
        var (mcu, server) = Registered();
        var mid = server.Request(CoapCode.Post, "3200/0/5750");
        var line = mcu.Lines();
        server.Request(CoapCode.Post, "3200/0/5750", messageId: mid);
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        mcu.Command($"AT+MIPLEXECUTERSP=0,{mid},2");
        server.Request(CoapCode.Post, "3200/0/5750", messageId: mid);
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [Test]
    public void A_string_of_1000_bytes_is_one_line()
    {
        var (mcu, server) = Registered(Declare(5750, "1,1,\"a\""));
        var mid = server.WriteText("3200/0/5750", Encoding.ASCII.GetBytes(new string('a', 1000)));
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},3200,0,5750,1,1000,{new string('a', 1000)},0"));
    }

    [Test]
    public void A_block_wise_write_is_printed_in_pieces_of_512_bytes_with_flags_1_2_and_0()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        var hex = string.Concat(Enumerable.Range(0, 1200).Select(i => $"{i & 255:X2}"));
        var call = mcu.Call("POST", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2",
            $"{{\"data\":[{{\"res_id\":5750,\"val\":\"{hex}\",\"type\":1}}]}}");
        mcu.Advance(2);
        var lines = mcu.Take();
        var mid = lines[0].Split(',')[1];
        Assert.That(lines, Is.EqualTo(new[]
        {
            $"+MIPLWRITE:0,{mid},3200,0,5750,2,1024,{hex[..1024]},1",
            $"+MIPLWRITE:0,{mid},3200,0,5750,2,1024,{hex[1024..2048]},2",
            $"+MIPLWRITE:0,{mid},3200,0,5750,2,352,{hex[2048..]},0",
        }));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{mid},2"), Is.EqualTo("OK"));
        Assert.That(mcu.Answer(call), Does.Contain("\"errno\":0"));
    }

    [Test]
    public void A_block_wise_string_is_printed_in_pieces_of_512_characters()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Command(Declare(5750, "1,1,\"a\""));
        mcu.Advance(1);
        mcu.Take();
        var text = string.Concat(Enumerable.Range(0, 1500).Select(i => (char)('a' + i % 26)));
        mcu.Call("POST", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2", $"{{\"data\":[{{\"res_id\":5750,\"val\":\"{text}\"}}]}}");
        mcu.Advance(2);
        Assert.That(mcu.Take().Select(l => l.Split(',')).Select(p => (p[5], p[6], p[7], p[8])), Is.EqualTo(new[]
        {
            ("1", "512", text[..512], "1"), ("1", "512", text[512..1024], "2"), ("1", "476", text[1024..], "0"),
        }));
    }
}
