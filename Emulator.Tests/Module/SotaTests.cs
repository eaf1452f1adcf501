using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>The MCU's software comes over object 5: OneNET's SOTA document for the M531X.</summary>
public sealed class SotaTests
{
    const string Version = "AT+MIPLSOTAVER=\"test0\"";

    static (Mcu Mcu, FakeServer Server) Registered(params string[] before)
    {
        var mcu = new Mcu();
        return (mcu, FakeServer.Register(mcu, 86400, before));
    }

    /// <summary>A block of the package, as the platform sends it: 512 bytes, raw.</summary>
    static ushort Block(FakeServer server, int number, bool more, byte[] bytes, int szx = 5, ushort? messageId = null) =>
        server.Request(CoapCode.Put, "5/0/0", bytes, messageId,
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.OctetStream),
            CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(number, more, szx)));

    static string Text(CoapMessage answer) => Encoding.ASCII.GetString(answer.Payload.Span);

    [Test]
    public void The_whole_update_of_the_document_passes_through_the_line()
    {
        var package = Enumerable.Range(0, 13 * 512 + 173).Select(i => (byte)(i * 7 + i / 256)).ToArray();
        var (mcu, server) = Registered(Version);
        Assert.That(mcu.Lines(), Is.Empty);

        Steps("26550");
        // Download: room is made, then block by block.
        var switched = server.Request(CoapCode.Post, "5/0/26501");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLEXECUTE:0,{switched},5,0,26501,0,\"\""));
        Assert.That(server.AnswersTo(switched), Is.Empty);
        Assert.That(mcu.Ask("AT+MIPLSOTA=3"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(switched).Code, Is.EqualTo(CoapCode.Changed));
        List<byte> stored = [];
        for (var number = 0; number <= 13; number++)
        {
            var more = number < 13;
            var bytes = package[(512 * number)..Math.Min(package.Length, 512 * (number + 1))];
            var mid = Block(server, number, more, bytes);
            var flag = number == 0 ? 1 : more ? 2 : 0;
            Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{mid},5,0,0,2,{2 * bytes.Length},{Convert.ToHexString(bytes)},{flag}"));
            Assert.That(server.AnswersTo(mid), Is.Empty, "the next block waits for the MCU");
            stored.AddRange(bytes);
            Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Is.EqualTo("OK"));
            var answer = server.AnswerTo(mid);
            Assert.That((answer.Code, answer.Block1), Is.EqualTo((more ? CoapCode.Continue : CoapCode.Changed, (CoapBlock?)new CoapBlock(number, more, 5))));
        }
        Assert.That(stored, Is.EqualTo(package));

        ReadFromMcu("3/0/9", "9,3,3,\"100\"", "100");
        Executed("5/0/2");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Steps("26550");
        var end = server.WriteText("5/0/0", [], CoapContentFormat.OctetStream);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{end},5,0,0,2,0,,0"));
        Assert.That(mcu.Ask($"AT+MIPLWRITERSP=0,{end},2"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(end).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(Text(server.AnswerTo(server.Read("3/0/9"))), Is.EqualTo("100"), "the module answers again");

        void Steps(string start)
        {
            Executed($"5/0/{start}");
            ReadFromMcu("3/0/26261", "26261,3,3,\"256\"", "256");
            ReadFromMcu("3/0/19", "19,1,5,\"test0\"", "test0");
            var state = server.Read("5/0");
            Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{state},5,0,-1"));
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{state},1,5,0,3,3,1,\"0\",2,1"), Is.EqualTo("OK"));
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{state},1,5,0,5,3,1,\"0\",1,2"), Is.EqualTo("OK"));
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{state},1,5,0,26500,3,1,\"0\",0,0"), Is.EqualTo("OK"));
            Assert.That(Convert.ToHexString(server.AnswerTo(state).Payload.Span), Is.EqualTo("08000A" + "C10300" + "C10500" + "E1678400"));
            ReadFromMcu("3/0/9", "9,3,2,\"90\"", "90");
        }

        void Executed(string path)
        {
            var mid = server.Request(CoapCode.Post, path);
            Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLEXECUTE:0,{mid},{path.Replace('/', ',')},0,\"\""));
            Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{mid},2"), Is.EqualTo("OK"));
            Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.Changed));
        }

        void ReadFromMcu(string path, string value, string text)
        {
            var mid = server.Read(path);
            Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{mid},{path.Replace('/', ',')}"));
            Assert.That(server.AnswersTo(mid), Is.Empty);
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3,0,{value},0,0"), Is.EqualTo("OK"));
            Assert.That(Text(server.AnswerTo(mid)), Is.EqualTo(text));
        }
    }

    [Test]
    public void Without_a_version_object_5_stays_the_modules_own()
    {
        var (mcu, server) = Registered();
        Assert.That(server.AnswerTo(server.Request(CoapCode.Post, "5/0/26550")).Code, Is.EqualTo(CoapCode.NotFound));
        Assert.That(Text(server.AnswerTo(server.Read("5/0/3"))), Is.EqualTo("0"));
        Assert.That(mcu.Lines(), Does.Not.Contain("EXECUTE"));
        Assert.That(mcu.Ask("AT+MIPLSOTA=3"), Is.EqualTo("+CIS ERROR:653"));
    }

    [Test]
    public void The_version_is_given_before_open_only()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(Version), Is.EqualTo("+CIS ERROR:653"));
        FakeServer.Register(mcu);
        Assert.That(mcu.Ask(Version), Is.EqualTo("+CIS ERROR:651"));
    }

    [Test]
    public void A_version_makes_register_list_object_5_which_cannot_be_observed()
    {
        var (mcu, server) = Registered(Version);
        Assert.That(Text(server.Received[0]), Does.EndWith("</5/0>,</3200/0>"));
        Assert.That(server.AnswerTo(server.Observe("5/0")).Code, Is.EqualTo(CoapCode.MethodNotAllowed));
        var discover = server.Request(CoapCode.Get, "5", options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link));
        Assert.That(Text(server.AnswerTo(discover)), Does.Contain("</5/0/26550>"));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [Test]
    public void The_module_knows_the_version_outside_an_update()
    {
        var (mcu, server) = Registered(Version);
        Assert.That(Text(server.AnswerTo(server.Read("3/0/19"))), Is.EqualTo("test0"));
        Assert.That(Text(server.AnswerTo(server.Read("3/0/3"))), Is.Not.EqualTo("test0"));
        mcu.Take();
        server.Request(CoapCode.Post, "5/0/26550");
        Assert.That(server.AnswersTo(server.Read("3/0/19")), Is.Empty);
        Assert.That(Text(server.AnswerTo(server.Read("3/0/3"))), Is.Not.Empty, "what the module knows itself it answers");
    }

    [Test]
    public void The_local_onenet_registers_such_a_module_without_a_word_more()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask(Version), Is.EqualTo("OK"));
        mcu.Command("AT+MIPLOPEN=0,600,60");
        Assert.That(mcu.Await("+MIPLEVENT:0,6"), Is.EqualTo("+MIPLEVENT:0,6"));
        mcu.Advance(2);
        Assert.That(mcu.Lines(), Does.Match(@"^\+MIPLREAD:0,\d+,3,0,-1$"));
        var call = mcu.Call("GET", "/nbiot/resources?imei=869975030000461&obj_id=5");
        Assert.That(mcu.Answer(call), Does.Contain("26550"));
    }

    [TestCase(2)]
    [TestCase(1)]
    public void A_block_that_is_not_the_next_ends_the_transfer(int wrong)
    {
        var (mcu, server) = Registered(Version);
        if (wrong == 2)
        {
            Block(server, 0, true, new byte[512]);
            mcu.Ask("AT+MIPLSOTA=1");
        }
        mcu.Take();
        var mid = Block(server, wrong, true, new byte[512]);
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(server.AnswerTo(Block(server, 1, true, new byte[512])).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
    }

    [Test]
    public void A_block_that_could_not_be_stored_is_answered_5_00_and_ends_the_transfer()
    {
        var (mcu, server) = Registered(Version);
        var mid = Block(server, 0, true, new byte[512]);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLSOTA=2"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.InternalServerError));
        Assert.That(server.AnswerTo(Block(server, 1, true, new byte[512])).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
    }

    [Test]
    public void Memory_that_could_not_be_erased_is_answered_5_00()
    {
        var (mcu, server) = Registered(Version);
        var mid = server.Request(CoapCode.Post, "5/0/26501");
        Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Does.EndWith("+CIS ERROR:653"), "no block is there");
        Assert.That(mcu.Ask("AT+MIPLSOTA=4"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.InternalServerError));
    }

    [Test]
    public void A_block_that_is_repeated_is_shown_again_until_it_is_answered_and_then_only_answered()
    {
        var (mcu, server) = Registered(Version);
        var mid = Block(server, 0, true, new byte[512]);
        var line = mcu.Lines();
        Block(server, 0, true, new byte[512], messageId: mid);
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        mcu.Ask("AT+MIPLSOTA=1");
        Block(server, 0, true, new byte[512], messageId: mid);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(server.AnswersTo(mid), Has.Length.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void A_block_that_comes_again_in_a_message_of_its_own_is_not_shown_again_and_the_newer_message_is_answered(int number)
    {
        var (mcu, server) = Registered(Version);
        for (var i = 0; i < number; i++)
        {
            Block(server, i, true, new byte[512]);
            mcu.Ask("AT+MIPLSOTA=1");
        }
        mcu.Command("AT+MIPLNMI=0,0,1");
        var first = Block(server, number, true, new byte[512]);
        mcu.Take();
        var second = Block(server, number, true, new byte[512]);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Does.EndWith("OK"));
        Assert.That((server.AnswersTo(first).Length, server.AnswerTo(second).Code), Is.EqualTo((0, CoapCode.Continue)));
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLNSMI:0,1,{first & 127}"));
        Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Is.EqualTo("+CIS ERROR:653"), "nothing waits any more");
    }

    [Test]
    public void A_transfer_that_begins_anew_leaves_nothing_of_the_old_one()
    {
        var (mcu, server) = Registered(Version);
        Block(server, 0, true, new byte[512]);
        mcu.Take();
        byte[] other = [.. Enumerable.Repeat((byte)1, 512)];
        var again = Block(server, 0, true, other);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLWRITE:0,{again},5,0,0,2,1024,{Convert.ToHexString(other)},1"));
        Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(again).Code, Is.EqualTo(CoapCode.Continue));
        Assert.That(mcu.Ask("AT+MIPLSOTA=1"), Is.EqualTo("+CIS ERROR:653"));
    }

    [Test]
    public void Blocks_go_past_the_queue_of_held_operations()
    {
        var (mcu, server) = Registered(Version);
        mcu.Command("AT+MIPLNMI=0,2,0");
        Block(server, 0, true, new byte[512]);
        Assert.That(mcu.Lines(), Does.StartWith("+MIPLWRITE:0,"));
    }

    [Test]
    public void A_standard_server_can_update_the_mcu_too()
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Dialect = Lwm2mDialect.Lwm2m } });
        var server = FakeServer.Register(mcu, 3000, Version);
        var mid = server.Request(CoapCode.Post, "5/0/2");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLEXECUTE:0,{mid},5,0,2,0,\"\""));
    }

    [Test]
    public void Every_module_has_the_commands_and_says_on_what_ground()
    {
        foreach (var profile in ModuleProfile.All)
        {
            var evidence = profile.Name == "n10sg" ? Evidence.Assumed : Evidence.Documented;
            Assert.That((profile.Commands["+MIPLSOTAVER"], profile.Commands["+MIPLSOTA"]), Is.EqualTo((evidence, evidence)));
        }
    }
}
