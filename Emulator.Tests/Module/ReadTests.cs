using System.Text;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.10, §1.11: reads and their answers.</summary>
public sealed class ReadTests
{
    static (Mcu Mcu, FakeServer Server) Registered(params string[] before)
    {
        var mcu = new Mcu();
        return (mcu, FakeServer.Register(mcu, 86400, before));
    }

    [TestCase("3200", "3200,-1,-1")]
    [TestCase("3200/0", "3200,0,-1")]
    [TestCase("3200/0/5750", "3200,0,5750")]
    public void What_is_not_named_is_minus_1(string path, string ids)
    {
        var (mcu, server) = Registered();
        var mid = server.Read(path);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{mid},{ids}"));
    }

    [TestCase("3303")]
    [TestCase("3200/1")]
    public void What_was_not_added_is_answered_4_04_without_the_mcu(string path)
    {
        var (mcu, server) = Registered();
        Assert.That(server.AnswerTo(server.Read(path)).Code, Is.EqualTo(CoapCode.NotFound));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [TestCase(11, 0x80)]
    [TestCase(12, 0x81)]
    [TestCase(13, 0x84)]
    [TestCase(14, 0x85)]
    [TestCase(15, 0x86)]
    public void A_result_number_becomes_its_code(int result, byte code)
    {
        var (mcu, server) = Registered();
        var mid = server.Read("3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},{result}"), Is.EqualTo("OK"));
        var answer = server.AnswerTo(mid);
        Assert.That(answer.Code, Is.EqualTo(new CoapCode(code)));
        Assert.That(answer.Payload.IsEmpty, Is.True);
    }

    [TestCase("1", Description = "no data")]
    [TestCase("2")]
    [TestCase("10")]
    [TestCase("16")]
    [TestCase("1,3200,0,5750,1,4,\"test\",0")]
    [TestCase("1,3200")]
    [TestCase("1,,,,,,,,")]
    [TestCase("1,3200,0,5750,1,4,,0,0")]
    [TestCase("11,3200")]
    [TestCase("1,3200,0,5750,3,4,\"test\",0,0")]
    [TestCase("1,3200,0,5750,1,4,\"test\",0,3")]
    [TestCase("1,3200,0,5750,1,4,\"test\",0,0,0")]
    public void A_bad_answer_is_601_and_leaves_the_read_open(string arguments)
    {
        var (mcu, server) = Registered();
        var mid = server.Read("3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},{arguments}"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(server.AnswersTo(mid), Is.Empty);
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
    }

    [TestCase("3,3,-12", "-12", 0)]
    [TestCase("4,4,20.123", "20.123000000000001", 0)]
    [TestCase("5,1,0", "0", 0)]
    [TestCase("1,4,\"test\"", "test", 0)]
    [TestCase("6,4,\"FFFE41\"", "\u00FF\u00FEA", 0)]
    [TestCase("2,4,\"00FF\"", "\0\u00FF", 42)]
    public void A_single_resource_is_answered_as_text(string value, string payload, int format)
    {
        var (mcu, server) = Registered();
        var mid = server.Read("3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,{value},0,0"), Is.EqualTo("OK"));
        var answer = server.AnswerTo(mid);
        Assert.That(answer.Code, Is.EqualTo(CoapCode.Content));
        Assert.That(answer.ContentFormat, Is.EqualTo(format));
        Assert.That(Encoding.Latin1.GetString(answer.Payload.Span), Is.EqualTo(payload));
    }

    [Test]
    public void An_answer_is_complete_at_flag_0_and_index_0()
    {
        var (mcu, server) = Registered("AT+MIPLADDOBJ=0,3200,2,\"11\",0,0");
        var mid = server.Read("3200");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5500,5,1,1,3,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5501,3,1,-12,2,2"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,1,5501,3,1,1,1,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,1,5500,5,1,0,0,2"), Is.EqualTo("OK"));
        mcu.Advance(1);
        Assert.That(server.AnswersTo(mid), Is.Empty);
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,1,5750,1,1,\"a\",0,0"), Is.EqualTo("OK"));
        var answer = server.AnswerTo(mid);
        Assert.That(Convert.ToHexString(answer.Payload.Span), Is.EqualTo("080008E1157C01E1157DF4" + "08010CE1157D01E1157C00E1167661"));
        Assert.That(answer.ContentFormat, Is.EqualTo(1542));
    }

    [Test]
    public void The_message_id_must_be_the_reads_and_the_path_the_one_asked()
    {
        var (mcu, server) = Registered("AT+MIPLADDOBJ=0,3200,2,\"11\",0,0");
        var mid = server.Read("3200/0");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid + 1},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,1,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3303,0,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{mid},2"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{mid},2"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"), "R24: answered already");
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.Content));
    }

    [Test]
    public void An_answer_declares_the_resource_and_its_type()
    {
        var (mcu, server) = Registered();
        var mid = server.Read("3200/0/5501");
        mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5501,3,1,1,0,0");
        mcu.Advance(1);
        mcu.Take();
        server.WriteTlv("3200/0", "E2157D0744");
        Assert.That(mcu.Lines(), Does.EndWith(",3200,0,5501,3,4,1860,0"));
    }

    [Test]
    public void After_30_s_an_unanswered_read_is_given_up()
    {
        var (mcu, server) = Registered();
        var late = server.Read("3200/0/5750");
        mcu.Advance(29.5);
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{late},11"), Does.EndWith("OK"));
        var lost = server.Read("3200/0/5750");
        mcu.Advance(30.5);
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{lost},11"), Is.EqualTo("+CIS ERROR:653"));
        server.Request(CoapCode.Get, "3200/0/5750", messageId: lost);
        Assert.That(mcu.Lines(), Is.Empty, "a late repetition of it is not shown");
        Assert.That(server.AnswersTo(lost), Is.Empty);
    }

    [Test]
    public void An_unanswered_read_is_shown_again_when_repeated_and_an_answered_one_is_not()
    {
        var (mcu, server) = Registered();
        var mid = server.Read("3200/0/5750");
        var line = mcu.Lines();
        server.Request(CoapCode.Get, "3200/0/5750", messageId: mid);
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0");
        mcu.Advance(1);
        server.Request(CoapCode.Get, "3200/0/5750", messageId: mid);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(server.AnswersTo(mid).Select(a => Encoding.ASCII.GetString(a.Payload.Span)), Is.EqualTo(new[] { "test", "test" }));
    }

    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    public void The_module_answers_reads_of_3_4_and_5_though_it_shows_them(int id)
    {
        var (mcu, server) = Registered();
        var mid = server.Read($"{id}/0");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{mid},{id},0,-1"));
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.Content));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},11"), Is.EqualTo("+CIS ERROR:653"));
    }
}
