using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §2.1 to §2.3 and §4.3: how downlinks and departures are indicated.</summary>
public sealed class MessageIndicationTests
{
    static (Mcu Mcu, FakeServer Server) Registered(int nnmi = 0, int nsmi = 0)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 86400);
        Assert.That(mcu.Ask($"AT+MIPLNMI=0,{nnmi},{nsmi}"), Is.EqualTo("OK"));
        return (mcu, server);
    }

    static string Counters(Mcu mcu) => mcu.Ask("AT+MIPLQMGR=0").Replace("+MIPLQMGR:0,QUEUES=", "", StringComparison.Ordinal);

    [Test]
    public void Indication_works_without_an_instance_and_a_reboot_resets_it()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLNMI?"), Is.EqualTo("+MIPLNMI:0,0,0|OK"));
        Assert.That(mcu.Ask("AT+MIPLNMI=0,2,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLNMI?"), Is.EqualTo("+MIPLNMI:0,2,1|OK"));
        mcu.Send("AT+NRB");
        mcu.Advance(30);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLNMI?"), Is.EqualTo("+MIPLNMI:0,0,0|OK"));
    }

    [TestCase("0,3,0")]
    [TestCase("0,0,2")]
    [TestCase("0,0")]
    [TestCase("1,0,0")]
    [TestCase("0,-1,0")]
    public void A_mode_that_does_not_exist_is_601(string arguments) =>
        Assert.That(new Mcu().Ask("AT+MIPLNMI=" + arguments), Is.EqualTo("+CIS ERROR:601"));

    [TestCase(1, "+MIPLNMI")]
    [TestCase(2, "")]
    public void Modes_1_and_2_queue_reads_writes_and_executes(int nnmi, string line)
    {
        var (mcu, server) = Registered(nnmi);
        var read = server.Read("3200/0/5750");
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        var write = server.WriteTlv("3200/0", "E1157C01");
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        var execute = server.Request(CoapCode.Post, "3200/0/5750", "ab"u8.ToArray());
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        Assert.That(Counters(mcu), Is.EqualTo("3,DROPPED=0,BUFFERS=6|OK"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo($"+MIPLREAD:0,{read},3200,0,5750|OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{read},11"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo($"+MIPLWRITE:0,{write},3200,0,5500,2,2,01,0|OK"));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{write},2"), Is.EqualTo("OK"));
        Assert.That(Counters(mcu), Is.EqualTo("1,DROPPED=0,BUFFERS=2|OK"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo($"+MIPLEXECUTE:0,{execute},3200,0,5750,2,\"ab\"|OK"));
        Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{execute},2"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo("OK"));
        Assert.That(Counters(mcu), Is.EqualTo("0,DROPPED=0,BUFFERS=0|OK"));
    }

    [Test]
    public void Observe_discover_and_policies_are_shown_in_every_mode()
    {
        var (mcu, server) = Registered(2);
        server.Observe("3200/0");
        server.Request(CoapCode.Get, "3200", options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link));
        server.Request(CoapCode.Put, "3200", options: CoapOptions.Text(CoapOptionNumber.UriQuery, "pmin=1"));
        Assert.That(mcu.Take().Select(l => l.Split(':')[0]), Is.EqualTo(new[] { "+MIPLOBSERVE", "+MIPLDISCOVER", "+MIPLPARAMETER" }));
    }

    [Test]
    public void The_same_operation_is_shown_until_it_is_answered_and_all_lines_of_a_write_together()
    {
        var (mcu, server) = Registered(1);
        var write = server.WriteTlv("3200/0", "E1157C01E1157D02");
        server.Read("3200");
        mcu.Take();
        var both = $"+MIPLWRITE:0,{write},3200,0,5500,2,2,01,1|+MIPLWRITE:0,{write},3200,0,5501,2,2,02,0|OK";
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo(both));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo(both));
    }

    [Test]
    public void The_manager_is_602_when_not_registered_and_ok_in_mode_0()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo("+CIS ERROR:602"));
        var server = FakeServer.Register(mcu);
        server.Read("3200");
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo("OK"), "in mode 0 it was printed");
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo("+CIS ERROR:602"));
    }

    [Test]
    public void Of_41_operations_the_oldest_is_dropped_counted_and_stays_silent()
    {
        var (mcu, server) = Registered(2);
        var mids = Enumerable.Range(0, 41).Select(_ => server.Read("3200/0/5750")).ToArray();
        Assert.That(Counters(mcu), Is.EqualTo("40,DROPPED=1,BUFFERS=0|OK"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo($"+MIPLREAD:0,{mids[1]},3200,0,5750|OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mids[0]},11"), Is.EqualTo("+CIS ERROR:653"));
        server.Request(CoapCode.Get, "3200/0/5750", messageId: mids[0]);
        mcu.Advance(120);
        Assert.That(server.AnswersTo(mids[0]), Is.Empty);
        Assert.That(Counters(mcu), Is.EqualTo("40,DROPPED=1,BUFFERS=0|OK"));
    }

    [Test]
    public void Over_2_kilobytes_of_data_the_newcomer_is_dropped()
    {
        var (mcu, server) = Registered(1);
        var first = server.Request(CoapCode.Post, "3200/0/5750", new byte[1000]);
        server.Request(CoapCode.Post, "3200/0/5750", new byte[1000]);
        mcu.Take();
        var dropped = server.Request(CoapCode.Post, "3200/0/5750", new byte[49]);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(Counters(mcu), Is.EqualTo("2,DROPPED=1,BUFFERS=2000|OK"));
        Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{dropped},2"), Is.EqualTo("+CIS ERROR:653"));
        server.Request(CoapCode.Post, "3200/0/5750", new byte[48]);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLNMI"));
        Assert.That(Counters(mcu), Is.EqualTo("3,DROPPED=1,BUFFERS=2048|OK"));
        mcu.Command($"AT+MIPLEXECUTERSP=0,{first},2");
        server.Request(CoapCode.Post, "3200/0/5750", new byte[1000]);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLNMI"), "an answer makes room");
        Assert.That(Counters(mcu), Is.EqualTo("3,DROPPED=1,BUFFERS=2048|OK"));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_block_wise_write_over_1024_bytes_is_shown_at_once_in_every_mode(int nnmi)
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.Command($"AT+MIPLNMI=0,{nnmi},0");
        mcu.Call("POST", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2",
            $"{{\"data\":[{{\"res_id\":5750,\"val\":\"{new string('a', 1100)}\"}}]}}");
        mcu.Advance(2);
        var lines = mcu.Take();
        Assert.That(lines, Has.Length.EqualTo(3).And.All.StartsWith("+MIPLWRITE:"));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{lines[0].Split(',')[1]},2"), Is.EqualTo("OK"));
        mcu.Call("POST", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2",
            $"{{\"data\":[{{\"res_id\":5750,\"val\":\"{new string('a', 1000)}\"}}]}}");
        mcu.Advance(2);
        Assert.That(mcu.Lines(), Is.EqualTo(nnmi == 1 ? "+MIPLNMI" : ""));
    }

    [Test]
    public void Queued_operations_do_not_expire_and_switching_to_mode_0_prints_them()
    {
        var (mcu, server) = Registered(2);
        var read = server.Read("3200/0/5750");
        var execute = server.Request(CoapCode.Post, "3200/0/5750");
        mcu.Advance(100);
        Assert.That(mcu.Ask("AT+MIPLNMI=0,0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{read},3200,0,5750|+MIPLEXECUTE:0,{execute},3200,0,5750,0,\"\""));
        mcu.Advance(29);
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{read},11"), Is.EqualTo("OK"));
        mcu.Advance(2);
        Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{execute},2"), Is.EqualTo("+CIS ERROR:653"), "printed ones expire");
    }

    [Test]
    public void Counters_run_in_mode_0_too_and_are_those_of_one_registration()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(Counters(mcu), Is.EqualTo("0,DROPPED=0,BUFFERS=0|OK"));
        mcu.Command("AT+MIPLDELETE=0");
        var server = FakeServer.Register(mcu);
        server.Request(CoapCode.Post, "3200/0/5750", new byte[12]);
        server.Read("3200");
        mcu.Take();
        Assert.That(Counters(mcu), Is.EqualTo("2,DROPPED=0,BUFFERS=12|OK"));
        mcu.Command("AT+MIPLNMI=0,2,0");
        for (var i = 0; i < 41; i++)
            server.Read("3200");
        Assert.That(Counters(mcu), Is.EqualTo("42,DROPPED=1,BUFFERS=12|OK"));
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(Counters(mcu), Is.EqualTo("0,DROPPED=0,BUFFERS=0|OK"));
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(Counters(mcu), Is.EqualTo("0,DROPPED=0,BUFFERS=0|OK"));
    }

    [Test]
    public void A_repeated_queued_operation_is_queued_once()
    {
        var (mcu, server) = Registered(1);
        var mid = server.Read("3200");
        server.Request(CoapCode.Get, "3200", messageId: mid);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLNMI"));
        Assert.That(Counters(mcu), Is.EqualTo("1,DROPPED=0,BUFFERS=0|OK"));
    }

    [TestCase(0, 0)]
    [TestCase(127, 127)]
    [TestCase(128, 0)]
    [TestCase(18173, 125)]
    public void A_departed_report_is_told_with_its_message_id_modulo_128(int mid, int number)
    {
        var (mcu, server) = Registered(nsmi: 1);
        server.Observe("3200/0");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,{mid},3200,0,5750,1,1,\"a\",0,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.Empty, "a held part does not leave");
        mcu.Send($"AT+MIPLNOTIFY=0,{mid},3200,0,5750,1,1,\"a\",0,0,4");
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo($"OK|+MIPLNSMI:0,1,{number}|+MIPLEVENT:0,26,4"));
    }

    [Test]
    public void A_departed_answer_is_told_once()
    {
        var (mcu, server) = Registered(nsmi: 1);
        var read = server.Read("3200/0/5750");
        var write = server.WriteTlv("3200/0", "E1157C01");
        var execute = server.Request(CoapCode.Post, "3200/0/5750");
        mcu.Take();
        mcu.Command($"AT+MIPLREADRSP=0,{read},1,3200,0,5750,1,1,\"a\",1,1");
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Command($"AT+MIPLREADRSP=0,{read},1,3200,0,5750,1,1,\"a\",0,0");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLNSMI:0,1,{read & 127}"));
        mcu.Command($"AT+MIPLWRITERSP=0,{write},2");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLNSMI:0,1,{write & 127}"));
        mcu.Command($"AT+MIPLEXECUTERSP=0,{execute},2");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLNSMI:0,1,{execute & 127}"));
        server.Request(CoapCode.Post, "3200/0/5750", messageId: execute);
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"), "neither repetitions nor updates are told");
    }

    [Test]
    public void What_does_not_leave_is_not_told_and_what_cannot_has_status_0()
    {
        var (mcu, server) = Registered(nsmi: 1);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,5,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.Empty, "no observation");
        server.Observe("3200/0");
        mcu.Command("AT+CGATT=0");
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,5,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLNSMI:0,0,5"));
    }
}
