using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.1, §1.2, §2.5, §2.6, §2.7: the device instance.</summary>
public sealed class CreateTests
{
    const string Config = "130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000";

    static string Fragment(int index, int flag) =>
        $"AT+MIPLCREATE=56,{(index == 2 ? Config[..40] : index == 1 ? Config[40..80] : Config[80..])},{index},{(index == 0 ? 16 : 20)},{flag}";

    [Test]
    public void The_execute_form_bootstraps_at_the_main_platform()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
        mcu.Advance(0.2);
        Assert.That(mcu.World.Datagrams[0].Server, Is.EqualTo(VirtualWorld.BootstrapServer));
    }

    [TestCase("AT+MIPLCREATE")]
    [TestCase("AT+MIPLCREATEEX=\"192.0.2.1\",0")]
    [TestCase("AT+MIPLCREATE=56," + Config + ",0,56,0")]
    public void A_second_instance_is_refused(string again)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask(again), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask("AT+MIPLDELETE=0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(again), Does.EndWith(":0|OK"));
    }

    [Test]
    public void Fragments_but_the_last_answer_ok_alone()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(Fragment(2, 1)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(Fragment(1, 2)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask(Fragment(0, 0)), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo("+MIPLDEVINFO:\"nbiotbt.heclouds.com:5683\",1|OK"));
    }

    [Test]
    public void A_fragment_out_of_order_is_refused_and_the_string_starts_anew()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(Fragment(2, 1)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(Fragment(0, 0)), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask(Fragment(0, 0)), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask(Fragment(2, 1)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(Fragment(1, 2)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(Fragment(0, 0)), Is.EqualTo("+MIPLCREATE:0|OK"));
    }

    [Test]
    public void A_string_in_one_piece_starts_anew_whatever_was_left_over()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(Fragment(2, 1)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLCREATE=56,{Config},0,56,0"), Is.EqualTo("+MIPLCREATE:0|OK"));
    }

    [Test]
    public void A_middle_fragment_cannot_come_first_and_the_total_cannot_change()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(Fragment(2, 2)), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask(Fragment(2, 1)), Is.EqualTo("OK"));
        Assert.That(mcu.Ask(Fragment(1, 2).Replace("=56,", "=60,", StringComparison.Ordinal)), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask(Fragment(1, 2)), Is.EqualTo("+CIS ERROR:601"), "the collection has ended");
    }

    [TestCase("ab cd!")]
    [TestCase("abcdefghijklmnopq")]
    public void A_key_is_at_most_16_letters_and_digits(string key) =>
        Assert.That(new Mcu().Ask($"AT+MIPLCREATEEX=\"192.0.2.1:5684\",1,,\"{key}\""), Is.EqualTo("+CIS ERROR:601"));

    [TestCase("56,{0},0,55,0", Description = "current size")]
    [TestCase("55,{0},0,56,0", Description = "total size below")]
    [TestCase("57,{0},0,56,0", Description = "total size above")]
    [TestCase("112,{0},0,112,0", Description = "sizes in characters")]
    [TestCase("56,{0},0,56,1", Description = "last index without last flag")]
    [TestCase("56,{0},1,56,0", Description = "last flag without last index")]
    [TestCase("56,{0}0,0,56,0", Description = "odd hex")]
    [TestCase("56,{0},0,56", Description = "count")]
    [TestCase("56,G{0},0,56,0", Description = "no hex")]
    [TestCase("3,130003,0,3,0", Description = "does not decode")]
    public void A_config_string_that_does_not_add_up_is_refused(string arguments)
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLCREATE=" + arguments.Replace("{0}", Config, StringComparison.Ordinal)), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"AT+MIPLCREATE=56,{Config},0,56,0"), Is.EqualTo("+MIPLCREATE:0|OK"));
    }

    [TestCase("\"192.0.2.1\"", "192.0.2.1:5683")]
    [TestCase("\"192.0.2.1:1234\"", "192.0.2.1:1234")]
    [TestCase("192.0.2.1:1234", "192.0.2.1:1234")]
    [TestCase("coap://nbiotbt.heclouds.com:5683", "nbiotbt.heclouds.com:5683")]
    [TestCase("\"coaps://nbiotbt.heclouds.com:5684\"", "nbiotbt.heclouds.com:5684")]
    public void A_host_comes_with_or_without_port_quotes_and_scheme(string host, string shown)
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask($"AT+MIPLCREATEEX={host},1"), Is.EqualTo("+MIPLCREATEEX:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo($"+MIPLDEVINFO:\"{shown}\",1|OK"));
    }

    [TestCase("\"\",0")]
    [TestCase(",0")]
    [TestCase("\"192.0.2.1:\",0")]
    [TestCase("\"192.0.2.1:0\",0")]
    [TestCase("\"192.0.2.1:65536\",0")]
    [TestCase("\"bad host\",0")]
    [TestCase("\"192.0.2.1\"")]
    [TestCase("\"192.0.2.1\",16")]
    [TestCase("\"192.0.2.1\",-1")]
    [TestCase("\"192.0.2.1\",0,,\"12345678901234567\"")]
    [TestCase("\"192.0.2.1\",0,,\"1234\",5")]
    [TestCase("\"192.0.2.1,0")]
    public void A_bad_host_flag_or_key_is_refused(string arguments) =>
        Assert.That(new Mcu().Ask("AT+MIPLCREATEEX=" + arguments), Is.EqualTo("+CIS ERROR:601"));

    [TestCase("0", "0")]
    [TestCase("15", "15")]
    [TestCase("2,\"code\"", "2,\"code\"")]
    [TestCase("1,,\"1234567890123456\"", "1,,\"1234567890123456\"")]
    [TestCase("0,\"code\",\"12345678\"", "0,\"code\",\"12345678\"")]
    [TestCase("0,code,12345678", "0,\"code\",\"12345678\"")]
    public void Device_info_shows_what_was_given(string given, string shown)
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask($"AT+MIPLCREATEEX=\"192.0.2.1:5683\",{given}"), Is.EqualTo("+MIPLCREATEEX:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo($"+MIPLDEVINFO:\"192.0.2.1:5683\",{shown}|OK"));
    }

    [Test]
    public void After_bootstrap_device_info_shows_the_lwm2m_server()
    {
        var mcu = new Mcu();
        mcu.Register();
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo("+MIPLDEVINFO:\"183.230.40.40:5683\",0|OK"));
    }

    [Test]
    public void The_auth_code_goes_with_bootstrap_register_update_and_deregister()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com\",1,\"cmiot\"");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,0,0");
        mcu.Command("AT+MIPLOPEN=0,300");
        mcu.Await("+MIPLREAD:");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,1");
        mcu.Await("+MIPLEVENT:0,26,1");
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        mcu.Await("+MIPLEVENT:0,11");
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Await("+MIPLEVENT:0,15");
        var sent = mcu.World.Datagrams.Where(d => d.Up).Select(d => CoapCodec.TryDecode(d.Bytes.Span, out var m, out _) ? m : null!).ToList();
        var withCode = sent.Where(m => m.Option(CoapOptionNumber.AuthCode) is { } code && code.Span.SequenceEqual("cmiot"u8)).Select(m => $"{m.Code} {m.UriPath[0]}");
        Assert.That(withCode, Is.EqualTo(new[] { "0.02 bs", "0.02 rd", "0.02 rd", "0.04 rd" }));
        Assert.That(sent.Count(m => m.Code == CoapCode.Content && m.Type == CoapType.Confirmable), Is.EqualTo(1), "the report went without it");
    }

    [TestCase(0, "\"errno\":0")]
    [TestCase(2, "NOT_FOUND")]
    public void Flag_bit_1_turns_the_cell_monitor_off(int flags, string answer)
    {
        var mcu = new Mcu();
        mcu.Command($"AT+MIPLCREATEEX=\"183.230.40.40:5683\",{flags}");
        mcu.Command("AT+MIPLOPEN=0,300");
        mcu.Await("+MIPLREAD:");
        Assert.That(mcu.Answer(mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=10290&obj_inst_id=0")), Does.Contain(answer));
    }

    [Test]
    public void Delete_sends_nothing_gives_no_event_and_forgets_everything()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.World.Passes = (_, _) => false;
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,1");
        mcu.World.Passes = (_, _) => true;
        var sent = mcu.World.Datagrams.Count;
        Assert.That(mcu.Ask("AT+MIPLDELETE=0"), Is.EqualTo("OK"));
        mcu.Advance(200);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(mcu.World.Datagrams.Skip(sent).Where(d => d.Up), Is.Empty);
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask("AT+MIPLDELOBJ=0,3200"), Is.EqualTo("+CIS ERROR:653"));
    }

    [Test]
    public void Delete_closes_the_socket()
    {
        var mcu = new Mcu();
        mcu.Register();
        var before = mcu.World.ModuleAddress;
        mcu.Command("AT+MIPLDELETE=0");
        Assert.That(mcu.World.ModuleAddress, Is.Not.EqualTo(before));
    }

    [TestCase(0, "OK")]
    [TestCase(1, "+CIS ERROR:601")]
    [TestCase(59, "+CIS ERROR:601")]
    [TestCase(60, "OK")]
    [TestCase(-1, "+CIS ERROR:601")]
    public void The_renegotiation_interval_is_0_or_from_60_on(int seconds, string answer)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask($"AT+MIPLDTLSNAT=0,{seconds}"), Is.EqualTo(answer));
    }

    [Test]
    public void The_renegotiation_interval_is_120_s_unless_set()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.World.Module.Mipl.Status!.RenegotiateAfter, Is.EqualTo(TimeSpan.FromSeconds(120)));
        mcu.Command("AT+MIPLDTLSNAT=0,600");
        Assert.That(mcu.World.Module.Mipl.Status!.RenegotiateAfter, Is.EqualTo(TimeSpan.FromSeconds(600)));
    }

    [Test]
    public void The_version_has_no_blank() => Assert.That(new Mcu().Ask("AT+MIPLVER?"), Is.EqualTo("+MIPLVER:2.3.0|OK"));
}
