using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Quirks.QuirkBench;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Quirks that take the manual's slips at their word.</summary>
public sealed class MisprintQuirkTests
{
    [ForQuirk(Quirk.UpdateNeedsObjects)]
    [TestCase(false, "OK|+MIPLEVENT:0,11")]
    [TestCase(true, "+CIS ERROR:601")]
    public void An_update_without_the_objects_is_answered(bool on, string lines)
    {
        var (mcu, _) = Registered(Quirk.UpdateNeedsObjects, on);
        Assert.That(AskAndWait(mcu, "AT+MIPLUPDATE=0,300,0"), Is.EqualTo(lines));
        Assert.That(AskAndWait(mcu, "AT+MIPLUPDATE=0,300,1"), Is.EqualTo("OK|+MIPLEVENT:0,11"));
    }

    [ForQuirk(Quirk.AddObjDeletes)]
    [TestCase(false, "+CIS ERROR:601", "OK")]
    [TestCase(true, "OK", "+CIS ERROR:653")]
    public void ADDOBJ_with_an_object_alone_is_answered(bool on, string answer, string delete)
    {
        var mcu = McuWith(Quirk.AddObjDeletes, on);
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3200"), Is.EqualTo(answer));
        Assert.That(mcu.Ask("AT+MIPLDELOBJ=0,3200"), Is.EqualTo(delete));
    }

    [ForQuirk(Quirk.MisprintedResponses)]
    [TestCase(false, "ERROR")]
    [TestCase(true, "OK")]
    public void The_examples_misprinted_answers_are(bool on, string answer)
    {
        var (mcu, server) = Registered(Quirk.MisprintedResponses, on);
        var observe = server.Observe("3200/0");
        var execute = server.Request(CoapCode.Post, "3200/0/5750", "ping"u8.ToArray());
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLEXECUTE=0,{execute},2"), Is.EqualTo(answer));
        Assert.That(mcu.Ask($"AT+MIPLWRITEOBSERVERSP=0,{observe},1"), Is.EqualTo(answer));
        Assert.That(mcu.Ask($"AT+MIPLEXECUTERSP=0,{execute},2"), Is.EqualTo(on ? "+CIS ERROR:653" : "OK"), "answered already or still to be");
        Assert.That(server.AnswerTo(execute).Code, Is.EqualTo(CoapCode.Changed));
    }

    [ForQuirk(Quirk.ParameterRspStrict)]
    [TestCase(false, "OK")]
    [TestCase(true, "+CIS ERROR:601")]
    public void Result_1_of_a_policy_is_answered(bool on, string answer)
    {
        var (mcu, server) = Registered(Quirk.ParameterRspStrict, on);
        var mid = server.Request(CoapCode.Put, "3200/0/5750", options: [CoapOptions.Text(CoapOptionNumber.UriQuery, "pmin=15")]);
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLPARAMETERRSP=0,{mid},1"), Is.EqualTo(answer));
        Assert.That(mcu.Ask($"AT+MIPLPARAMETERRSP=0,{mid},2"), Is.EqualTo("OK"));
    }

    [ForQuirk(Quirk.ReplyWindow5)]
    [TestCase(false, 29, 30)]
    [TestCase(true, 4, 5)]
    public void An_operation_is_kept_for(bool on, int answeredAfter, int droppedAfter)
    {
        var (mcu, server) = Registered(Quirk.ReplyWindow5, on);
        Assert.That(AnswerAfter(answeredAfter), Is.EqualTo("OK"));
        Assert.That(AnswerAfter(droppedAfter), Is.EqualTo("+CIS ERROR:653"));

        string AnswerAfter(int seconds)
        {
            var mid = server.Read("3200/0/5750");
            Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLREAD:0,{mid},3200,0,5750"));
            mcu.Advance(seconds);
            return mcu.Ask($"AT+MIPLREADRSP=0,{mid},13");
        }
    }

    [ForQuirk(Quirk.LtrdpEverywhere)]
    [TestCase(false, "ERROR", "ERROR")]
    [TestCase(true, "+MIPLLTRDP:0|OK", "OK")]
    public void The_lifetime_left_is_told_by_an_M5311(bool on, string answer, string test)
    {
        var mcu = new Mcu(new VirtualWorldOptions
        {
            Module = new ModuleOptions
            {
                Profile = ModuleProfile.Find("m5311")! with { EchoByDefault = false },
                Quirks = on ? new QuirkSet([Quirk.LtrdpEverywhere]) : QuirkSet.None,
            },
        });
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo(answer));
        Assert.That(mcu.Ask("AT+MIPLLTRDP=?"), Is.EqualTo(test));
    }
}
