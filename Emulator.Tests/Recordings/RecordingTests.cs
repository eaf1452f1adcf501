using System.Text;
using FsCheck.Fluent;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Core.Tracing;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Recordings;

public sealed class RecordingTests
{
    [Test]
    public void The_head_says_what_is_known()
    {
        var header = new AtLogHeader { Version = "1.2.3", Profile = "m5311", Firmware = "CM V1\t\u00e9", Baud = 9600, Seed = 7 };
        Assert.That(Recording.Read("x", header.ToString()).Header, Is.EqualTo(header));
        Assert.That(Recording.Read("x", new AtLogHeader().ToString()).Header, Is.EqualTo(new AtLogHeader()));
    }

    [Test]
    public void Comments_and_empty_lines_are_no_bursts_and_a_CR_at_the_end_is_an_editors()
    {
        var recording = Recording.Read("x", "# hello\r\n\r\n+000000.000001 mcu> AT\\r\r\n# fault ip-age\n");
        Assert.That(recording.Items.Select(i => (i.Line, i.Burst?.ToString(), i.Note)), Is.EqualTo(new[]
        {
            (1, null, "hello"), (3, @"+000000.000001 mcu> AT\r", ""), (4, (string?)null, "fault ip-age"),
        }));
    }

    [TestCase("# m531x atlog 2", "run.atlog:1:1: this version reads format 1")]
    [TestCase("hello", "run.atlog:1:1: expected a time such as +000012.345678")]
    [TestCase("# a\n+000000.000000 who> AT", "run.atlog:2:16: expected mcu> or mod>, and a blank")]
    [TestCase("# a\n\n+000000.000000 mcu> AT\\q", "run.atlog:3:23: expected \\r, \\n, \\t, \\\\ or \\xHH")]
    [TestCase("+000000.000000 mod> \u00e9", "run.atlog:1:21: expected printable ASCII; other bytes are written \\xHH")]
    [TestCase("+000002.000000 mcu> A\n+000001.000000 mcu> B", "run.atlog:2:1: the time is before that of the burst above")]
    public void What_is_wrong_is_told_with_line_and_column(string text, string message) =>
        Assert.That(Assert.Throws<RecordingException>(() => Recording.Read("run.atlog", text))!.Message, Is.EqualTo(message));

    /// <summary>Any bytes of either side, at any pauses, with comments between.</summary>
    [FsCheck.NUnit.Property]
    public bool What_was_recorded_is_read_again((byte[] Bytes, bool ByMcu, ushort PauseMilliseconds, bool Notes)[] pieces)
    {
        var log = new AtLog();
        var text = new StringBuilder(Encoding.ASCII.GetString(log.Begin(new AtLogHeader { Profile = "m5310a" })));
        var now = TimeSpan.Zero;
        var known = pieces.Where(p => p.Bytes is { Length: > 0 }).ToArray();
        foreach (var (bytes, byMcu, pause, notes) in known)
        {
            now += TimeSpan.FromMilliseconds(pause);
            text.Append(Encoding.ASCII.GetString(log.Burst(now, byMcu, bytes)));
            if (notes)
                text.Append(Encoding.ASCII.GetString(log.Note("a\nnote")));
        }
        text.Append(Encoding.ASCII.GetString(log.End()));
        var read = Recording.Read("x", text.ToString());
        var bursts = read.Items.Select(i => i.Burst).OfType<AtLogLine>().ToList();
        return read.Header.Profile == "m5310a"
            && new[] { true, false }.All(side => bursts.Where(b => b.ByMcu == side).SelectMany(b => b.Bytes)
                .SequenceEqual(known.Where(p => p.ByMcu == side).SelectMany(p => p.Bytes)))
            && read.Items.Count(i => i.Note == @"a\nnote") == known.Count(p => p.Notes);
    }

    [Test]
    public void Commands_get_the_lines_that_answer_them_and_the_rest_is_unsolicited()
    {
        var session = RecordedSession.Of(Recording.Read("x", """
            +000000.000000 mod> \r\nNeul \r\n
            +000001.000000 mcu> AT\r\n
            +000004.000000 mcu> AT+CSQ\rAT+CEREG?\r
            +000004.010000 mod> AT+CSQ\r\r\n+CSQ:24,99\r\n\r\nOK\r\n
            +000004.020000 mod> \r\n+MIPLEVENT:0,6\r\n\r\n+CEREG:0,1\r\n\r\nOK\r\n\r\n+CEREG:1\r\n
            # reset watchdog
            +000005.000000 mcu> AT+IPSEND=0,4\r
            +000005.010000 mod> \r\n> 
            +000005.020000 mcu> a\rb\n
            +000005.030000 mod> \r\nSEND OK\r\n
            """));
        Assert.That(session.Exchanges.Select(e => $"{e.Line} {e.Command.Replace('\r', '^')} = {string.Join('|', e.Response.Select(l => l.Text))} / {string.Join('|', e.Unsolicited.Select(l => l.Text))}"),
            Is.EqualTo(new[]
            {
                "0  =  / Neul ",
                "2 AT =  / ",
                "3 AT+CSQ = AT+CSQ|+CSQ:24,99|OK / ",
                "3 AT+CEREG? = +CEREG:0,1|OK / +MIPLEVENT:0,6|+CEREG:1",
                "7 AT+IPSEND=0,4 = >  / ",
                "9 a^b\n = SEND OK / ",
            }));
        Assert.That(session.Notes, Is.EqualTo(new[] { (session.Exchanges[3], "reset watchdog") }));
    }
}
