using System.Text;
using FsCheck.Fluent;
using M531x.Emulator.Core.Tracing;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Tracing;

public sealed class AtLogTests
{
    static readonly TraceHeader Header = new("1.2.3", "m5310a", "M5310-A V1.0", 9600, 7, DateTimeOffset.UnixEpoch);

    static TraceEvent Uart(double ms, bool byMcu, string text) =>
        new(TimeSpan.FromMilliseconds(ms), 0, "uart", byMcu ? "rx" : "tx", []) { Payload = Encoding.Latin1.GetBytes(text) };

    static string[] Lines(params TraceEvent[] events)
    {
        var log = new TraceBytes(new AtLog(), Header);
        foreach (var traceEvent in events)
            log.Tap.Take(traceEvent);
        log.End();
        Assert.That(log.Text, Does.EndWith("\n"));
        return log.Text.TrimEnd('\n').Split('\n')[6..];
    }

    [Test]
    public void The_file_begins_with_version_profile_firmware_baud_and_seed()
    {
        var log = new TraceBytes(new AtLog(), Header);
        Assert.That(log.Text, Is.EqualTo("# m531x atlog 1\n# version 1.2.3\n# profile m5310a\n# firmware M5310-A V1.0\n# baud 9600\n# seed 7\n"));
    }

    [Test]
    public void A_burst_is_a_line_with_the_time_of_its_first_byte() =>
        Assert.That(Lines(Uart(12_345.678, true, "AT+MIPLOPEN=0,3000,30\r"), Uart(12_352.001, false, "\r\nOK\r\n"), Uart(13_910.4, false, "\r\n+MIPLEVENT:0,6\r\n")),
            Is.EqualTo(new[]
            {
                @"+000012.345678 mcu> AT+MIPLOPEN=0,3000,30\r",
                @"+000012.352001 mod> \r\nOK\r\n",
                @"+000013.910400 mod> \r\n+MIPLEVENT:0,6\r\n",
            }));

    [Test]
    public void Pieces_with_short_pauses_are_one_burst_until_the_other_side_speaks()
    {
        Assert.That(Lines(Uart(0, true, "A"), Uart(20, true, "T"), Uart(40, true, "\r"), Uart(41, false, "x"), Uart(42, true, "\n"), Uart(62.001, true, "A")),
            Is.EqualTo(new[]
            {
                @"+000000.000000 mcu> AT\r", "+000000.041000 mod> x", @"+000000.042000 mcu> \n", "+000000.062001 mcu> A",
            }));
    }

    [Test]
    public void A_file_that_was_never_ended_has_every_byte()
    {
        var log = new TraceBytes(new AtLog(), Header);
        log.Tap.Take(Uart(0, true, "AT"));
        Assert.That(log.Text, Does.EndWith("\n+000000.000000 mcu> AT"));
    }

    [Test]
    public void Faults_resets_and_speeds_are_comments_between_bursts()
    {
        var at = TimeSpan.FromSeconds(1);
        Assert.That(Lines(
            Uart(1000, true, "A"),
            new TraceEvent(at, 0, "uart", "speed", [("speed", 9600)]),
            new TraceEvent(at, 0, "fault", "fired", [("type", "ip-age")]),
            new TraceEvent(at, 0, "fault", "fired", [("type", "drop-byte"), ("name", "noise")]),
            new TraceEvent(at, 0, "uart", "speed", [("speed", 115200)]),
            new TraceEvent(at, 0, "module", "reset", [("cause", "Watchdog")]),
            Uart(1000, true, "T")),
            Is.EqualTo(new[] { "+000001.000000 mcu> A", "# fault ip-age", "# fault drop-byte noise", "# baud 115200", "# reset watchdog", "+000001.000000 mcu> T" }));
    }

    [Test]
    public void Only_printable_ASCII_stands_for_itself() =>
        Assert.That(AtLogLine.Escape(Encoding.Latin1.GetBytes("a \\\t\r\n\0\u001b\u007f\u0080\u00ff~")), Is.EqualTo(@"a \\\t\r\n\x00\x1b\x7f\x80\xff~"));

    [FsCheck.NUnit.Property]
    public bool What_is_written_is_read_again(byte[] bytes, bool byMcu, uint microseconds)
    {
        var line = new AtLogLine(TimeSpan.FromMicroseconds(microseconds), byMcu, bytes ?? []);
        return AtLogLine.TryParse(line.ToString(), out var read) && read.At == line.At && read.ByMcu == byMcu && read.Bytes.AsSpan().SequenceEqual(line.Bytes);
    }

    [TestCase("")]
    [TestCase("# fault ip-age")]
    [TestCase("+000000.000000 mcu>AT")]
    [TestCase("+000000.000000 who> AT")]
    [TestCase("000000.0000000 mcu> AT")]
    [TestCase("+00000x.000000 mcu> AT")]
    [TestCase(@"+000000.000000 mcu> AT\")]
    [TestCase(@"+000000.000000 mcu> AT\q")]
    [TestCase(@"+000000.000000 mcu> AT\x4")]
    [TestCase(@"+000000.000000 mcu> AT\x4g")]
    [TestCase("+99999999999999999999999999.000000 mcu> AT")]
    [TestCase("+000000.000000 mcu> A\tT")]
    public void What_is_no_burst_is_refused(string line) => Assert.That(AtLogLine.TryParse(line, out _), Is.False);

    [Test]
    public void The_bursts_of_a_session_are_its_serial_line()
    {
        var session = new AgeingSession();
        var bursts = session.Transcript.Text.TrimEnd('\n').Split('\n').Where(l => l[0] == '+')
            .Select(l => AtLogLine.TryParse(l, out var burst) ? burst : throw new AssertionException(l)).ToList();
        Assert.That(string.Concat(bursts.Where(b => !b.ByMcu).Select(b => Encoding.Latin1.GetString(b.Bytes))), Is.EqualTo(session.Mcu.Raw));
        Assert.That(bursts.Count(b => b.ByMcu), Is.EqualTo(8), "one for each command");
        Assert.That(bursts.Select(b => b.At), Is.Ordered);
    }
}
