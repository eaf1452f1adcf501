using System.Globalization;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Emulator.Tests.Tracing;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Recordings;

/// <summary>Sessions of an emulated module, as their transcript has them, compared with emulated modules of other seeds and kinds.</summary>
public sealed class ComparisonTests
{
    static readonly string Query = $"imei={Mcu.Imei}&obj_id=3200&obj_inst_id=0";

    static Recording Record(Action<Mcu> session, bool boot = false)
    {
        var file = new TraceBytes(new AtLog(), TraceHeader.Of(new ModuleOptions(), 7));
        session(new Mcu(new VirtualWorldOptions { Seed = 7, PrintsBoot = boot, Taps = [file.Tap] }));
        file.End();
        return Recording.Read("run.atlog", file.Text);
    }

    static Comparison Compare(Recording recording, string profile = "m5310a", ulong seed = 8, bool exact = false) =>
        RecordingComparer.Compare(recording, new ComparedModuleOptions(ModuleProfile.Find(profile)!, QuirkSet.None, seed), new PlayOptions { Exact = exact });

    static string[] Differences(Comparison comparison) =>
        [.. comparison.Commands.SelectMany(c => c.Lines.Where(l => !l.Agrees).Select(l => $"{c.Command}: {l.Verdict} {l.Expected}>{l.Came}"))];

    static string MessageId(string urc) => urc.Split(',')[1];

    /// <summary>The platform reads, writes, executes, observes anew with attributes, cancels and discovers; the MCU answers with the message ids it was shown.</summary>
    static void PlatformSession(Mcu mcu)
    {
        mcu.Register();
        var read = mcu.Call("GET", $"/nbiot?{Query}&res_id=5750");
        mcu.Command($"AT+MIPLREADRSP=0,{MessageId(mcu.Await("+MIPLREAD:0,"))},1,3200,0,5750,1,4,\"efgh\",0,0");
        Assert.That(mcu.Answer(read), Does.Contain("efgh"));
        var write = mcu.Call("POST", $"/nbiot?{Query}&mode=2", """{"data":[{"res_id":5750,"val":"a,b"},{"res_id":5501,"val":42},{"res_id":5500,"val":true}]}""");
        mcu.Await("+MIPLWRITE:0,");
        mcu.Await("+MIPLWRITE:0,");
        mcu.Command($"AT+MIPLWRITERSP=0,{MessageId(mcu.Await("+MIPLWRITE:0,"))},2");
        Assert.That(mcu.Answer(write), Does.Contain("succ"));
        mcu.Advance(40);
        mcu.Call("POST", $"/nbiot/execute?{Query}&res_id=5750", """{"args":"on,1"}""");
        mcu.Command($"AT+MIPLEXECUTERSP=0,{MessageId(mcu.Await("+MIPLEXECUTE:0,"))},2");
        mcu.Call("POST", $"/nbiot/observe?{Query}&cancel=false&pmin=10&pmax=60");
        mcu.Command($"AT+MIPLPARAMETERRSP=0,{MessageId(mcu.Await("+MIPLPARAMETER:0,"))},2");
        mcu.Command($"AT+MIPLOBSERVERSP=0,{MessageId(mcu.Await("+MIPLOBSERVE:0,"))},1");
        mcu.Call("POST", $"/nbiot/observe?{Query}&cancel=true");
        mcu.Await("+MIPLOBSERVE:0,");
        mcu.Call("GET", $"/nbiot/discover?imei={Mcu.Imei}&obj_id=3200");
        mcu.Await("+MIPLDISCOVER:0,");
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Await("+MIPLEVENT:0,15");
    }

    [Test]
    public void The_platforms_requests_are_asked_again_and_the_answers_find_them()
    {
        var recording = Record(PlatformSession);
        var comparison = Compare(recording);
        Assert.That(Differences(comparison), Is.Empty);
        Assert.That(comparison.Percent, Is.EqualTo(100));
        Assert.That(comparison.Count(LineVerdict.Shape), Is.GreaterThanOrEqualTo(12), "message ids of another seed");
        Assert.That(comparison.Commands.SelectMany(c => c.Notes), Is.Empty);
    }

    [Test]
    public void With_exact_only_message_ids_may_differ()
    {
        var comparison = Compare(Record(PlatformSession), exact: true);
        Assert.That(Differences(comparison), Is.Empty);
        Assert.That(comparison.Count(LineVerdict.Shape), Is.Zero);

        var signal = Record(mcu => mcu.Command("AT+CSQ"));
        var changed = Edit(signal, "+CSQ:24", "+CSQ:12");
        Assert.That(Compare(changed).Percent, Is.EqualTo(100));
        Assert.That(Differences(Compare(changed, exact: true)), Is.EqualTo(new[] { "AT+CSQ: Different +CSQ:12,99>+CSQ:24,99" }));
    }

    [Test]
    public void The_report_of_a_notifications_departure_has_the_message_id_that_it_was_given_here()
    {
        var number = 0;
        var recording = Record(mcu =>
        {
            Assert.That(mcu.Command("AT+MIPLCREATE"), Does.Contain("OK"));
            mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            mcu.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
            mcu.Command("AT+MIPLNMI=0,0,1");
            mcu.Command("AT+MIPLOPEN=0,3000,30");
            var id = int.Parse(MessageId(mcu.Await("+MIPLOBSERVE:0,")), CultureInfo.InvariantCulture);
            mcu.Await("+MIPLREAD:0,");
            mcu.Command($"AT+MIPLNOTIFY=0,{id},3200,0,5750,1,4,\"abcd\",0,0,147");
            number = id & 127;
            Assert.That(mcu.Await("+MIPLNSMI:0,1,"), Is.EqualTo($"+MIPLNSMI:0,1,{number}"));
            mcu.Await("+MIPLEVENT:0,26,147");
        });
        var comparison = Compare(recording, exact: true);
        Assert.That(Differences(comparison), Is.Empty);
        var report = comparison.Commands.SelectMany(c => c.Lines).Single(l => l.Expected == $"+MIPLNSMI:0,1,{number}");
        Assert.That(report.Came, Is.Not.EqualTo(report.Expected), "message ids of another seed");
        var other = Edit(recording, $"+MIPLNSMI:0,1,{number}", $"+MIPLNSMI:0,1,{number + 1 & 127}");
        Assert.That(Differences(Compare(other, exact: true)), Has.Length.EqualTo(1).And.Some.Contains(": Different +MIPLNSMI:0,1,"));
    }

    [Test]
    public void Pauses_happen_again()
    {
        var recording = Recording.Read("run.atlog", new AgeingSession().Transcript.Text);
        var comparison = Compare(recording);
        Assert.That(Differences(comparison), Is.Empty, "the address ages in them, behind DTLS");
        Assert.That(comparison.Commands.SelectMany(c => c.Lines).Select(l => l.Came), Has.Some.EqualTo("+MIPLEVENT:0,32"));
    }

    [Test]
    public void Power_on_and_restarts_happen_again()
    {
        var recording = Record(mcu =>
        {
            mcu.Command("AT");
            mcu.World.Reset(ResetCause.Watchdog);
            mcu.Advance(5);
            mcu.Command("AT");
        }, boot: true);
        var comparison = Compare(recording);
        Assert.That(Differences(comparison), Is.Empty);
        Assert.That(comparison.Commands[0].Lines.Select(l => l.Came), Is.EqualTo(new[] { "REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "Neul ", "OK" }));
        Assert.That(comparison.Commands[1].Lines.Select(l => l.Came), Has.Some.EqualTo("REBOOT_CAUSE_APPLICATION_WATCHDOG"));
    }

    [Test]
    public void Another_module_differs_where_it_does()
    {
        var recording = Record(mcu =>
        {
            mcu.Command("AT");
            mcu.Command("AT+CSQ");
            mcu.Command("AT+NCCID?");
            mcu.Command("AT+CIMI");
        });
        var comparison = Compare(recording, "m5311");
        Assert.That(Differences(comparison), Is.EqualTo(new[]
        {
            "AT: Extra >AT",
            "AT+CSQ: Different +CSQ:24,99>+CSQ: 24,99",
            $"AT+NCCID?: Different +NCCID:{ModuleProfile.M5310A.Iccid}>ERROR",
            "AT+NCCID?: Missing OK>",
        }), "the echo counts once");
        Assert.That(comparison.Commands.Select(c => c.Percent), Is.EqualTo(new[] { 50.0, 50, 0, 100 }));
        Assert.That(comparison.Percent, Is.EqualTo(50));
        Assert.That(comparison.Commands[0].Notes, Is.EqualTo(new[] { "one side echoes commands, the other does not; counted once" }));
    }

    [TestCase("+MIPLEVENT:0,26,147", "+MIPLEVENT:0,11,147", "Different +MIPLEVENT:0,11,147>+MIPLEVENT:0,26,147")]
    [TestCase(@"\r\n+MIPLEVENT:0,26,147\r\n", "", "Extra >+MIPLEVENT:0,26,147")]
    [TestCase("+MIPLEVENT:0,26,147", @"+MIPLEVENT:0,26,147\r\n\r\n+MIPLEVENT:0,26,148", "Missing +MIPLEVENT:0,26,148>")]
    [TestCase("+MIPLEVENT:0,26,147", @"+MIPLREAD:0,1,9999,0,-1\r\n\r\n+MIPLEVENT:0,26,147", "Missing +MIPLREAD:0,1,9999,0,-1>")]
    public void What_only_one_side_prints_is_named(string printed, string recorded, string difference)
    {
        const string Notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,147";
        var recording = Record(mcu =>
        {
            mcu.Register();
            mcu.Command(Notify);
            mcu.Await("+MIPLEVENT:0,26,147");
            mcu.Command("AT");
        });
        Assert.That(Differences(Compare(recording)), Is.Empty);
        var comparison = Compare(Edit(recording, printed, recorded));
        Assert.That(Differences(comparison), Is.EqualTo(new[] { $"{Notify}: {difference}" }));
        Assert.That(comparison.Percent, Is.LessThan(100));
    }

    [Test]
    public void Unsolicited_lines_may_come_at_other_commands()
    {
        // A slow network brings the event only after the next command.
        var recording = Recording.Read("run.atlog", """
            +000000.000000 mcu> AT+MIPLCREATE\r
            +000000.010000 mod> \r\n+MIPLCREATE:0\r\n\r\nOK\r\n
            +000001.000000 mcu> AT+MIPLADDOBJ=0,3200,1,"1",0,1\r
            +000001.010000 mod> \r\nOK\r\n
            +000002.000000 mcu> AT+MIPLOPEN=0,3000,30\r
            +000002.010000 mod> \r\nOK\r\n
            +000003.000000 mcu> AT+CSQ\r
            +000003.010000 mod> \r\n+CSQ:9,99\r\n\r\nOK\r\n
            +000009.000000 mod> \r\n+MIPLEVENT:0,2\r\n
            +000009.500000 mod> \r\n+MIPLEVENT:0,6\r\n
            """);
        var comparison = Compare(recording);
        Assert.That(Differences(comparison), Is.EqualTo(new[]
        {
            "AT+MIPLOPEN=0,3000,30: Extra >+MIPLOBSERVE:0," + comparison.Commands[2].Lines[1].Came!.Split(',', 2)[1],
            "AT+MIPLOPEN=0,3000,30: Extra >" + comparison.Commands[2].Lines[2].Came,
            "AT+MIPLOPEN=0,3000,30: Extra >" + comparison.Commands[2].Lines[3].Came,
        }), "the events agree; what this platform asks besides does not");
        Assert.That(comparison.Commands[3].Lines.Select(l => l.Verdict), Is.EqualTo(new[] { LineVerdict.Shape, LineVerdict.Exact, LineVerdict.Exact, LineVerdict.Exact }));
    }

    [Test]
    public void A_refusal_by_the_platform_is_noted()
    {
        var recording = Recording.Read("run.atlog", """
            +000000.000000 mcu> AT\r
            +000000.010000 mod> \r\nOK\r\n
            +000001.000000 mod> \r\n+MIPLREAD:0,5,3200,0,-1\r\n
            """);
        var comparison = Compare(recording);
        Assert.That(Differences(comparison), Is.EqualTo(new[] { "AT: Missing +MIPLREAD:0,5,3200,0,-1>" }));
        Assert.That(comparison.Commands[0].Notes.Single(), Does.StartWith("+MIPLREAD:0,5,3200,0,-1: ").And.Contain("device not online"));
    }

    [Test]
    public void The_report_shows_each_command_with_its_lines()
    {
        var comparison = Compare(Edit(Record(mcu => { mcu.Command("AT"); mcu.Command("AT+CSQ"); }), "+CSQ:24", "+CSR:24"));
        Assert.That(ComparisonReport.Text(comparison, onlyDifferences: false), Is.EqualTo("""
            100.0 %  line 7: AT
                     exact      OK | OK
             50.0 %  line 9: AT+CSQ
                     different  +CSR:24,99 | +CSQ:24,99
                     exact      OK         | OK
            66.6 % of 3 lines agree: 2 exactly, 0 by shape; 1 different, 0 missing, 0 extra

            """));
        Assert.That(ComparisonReport.Text(comparison, onlyDifferences: true), Does.Not.Contain("line 7").And.Contain("line 9"));
        using var json = System.Text.Json.JsonDocument.Parse(ComparisonReport.Json(comparison, new Dictionary<string, object?> { ["file"] = "x" }));
        Assert.That(json.RootElement.GetProperty("percent").GetDouble(), Is.EqualTo(66.6));
        Assert.That(json.RootElement.GetProperty("commands")[1].GetProperty("lines")[0].GetProperty("verdict").GetString(), Is.EqualTo("different"));
    }

    /// <summary>The recording with a text in its file replaced.</summary>
    static Recording Edit(Recording recording, string old, string replacement)
    {
        var lines = recording.Items.Select(i => i.Burst?.ToString() ?? $"# {i.Note}");
        var text = string.Join('\n', lines);
        Assert.That(text, Does.Contain(old));
        return Recording.Read(recording.File, text.Replace(old, replacement, StringComparison.Ordinal));
    }
}
