using System.Text;
using M531x.Emulator.Core.Recordings;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Recordings;

public sealed class ModulePlayerTests
{
    const string Session = """
        +000000.000000 mod> \r\nNeul \r\n
        +000001.000000 mcu> AT\r
        +000001.010000 mod> \r\nOK\r\n
        +000002.000000 mcu> AT+CSQ\r
        +000002.050000 mod> \r\n+CSQ:24,99\r\n\r\nOK\r\n
        +000005.000000 mod> \r\n+MIPLEVENT:0,6\r\n
        +000006.000000 mcu> AT+CEREG?\r
        +000006.010000 mod> \r\n+CEREG:0,1\r\n\r\nOK\r\n
        +000007.000000 mcu> AT+CMEE=1\r
        +000007.010000 mod> \r\nOK\r\n
        """;

    ModulePlayer _player = null!;

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [SetUp]
    public void SetUp() => Start(new PlayOptions());

    void Start(PlayOptions options)
    {
        _player = new ModulePlayer(Recording.Read("x", Session), options);
        _player.HandleOpened(Seconds(100));
        Assert.That(Take(100), Is.EqualTo("Neul "));
    }

    /// <summary>What has come by then, without line ends, pieces separated by a bar.</summary>
    string Take(double at)
    {
        var pieces = new List<string>();
        while (_player.TryTake(Seconds(at), out var bytes))
            pieces.Add(Encoding.Latin1.GetString(bytes).Trim('\r', '\n').Replace("\r\n\r\n", " ", StringComparison.Ordinal));
        return string.Join('|', pieces);
    }

    void Send(double at, string command) => _player.HandleSerial(Seconds(at), Encoding.Latin1.GetBytes(command + "\r"));

    string[] Notices()
    {
        var notices = new List<string>();
        while (_player.TryTakeNotice(out var notice))
            notices.Add(notice);
        return [.. notices];
    }

    [Test]
    public void Answers_come_at_their_recorded_distance()
    {
        Send(101, "AT");
        Assert.That(Take(101.009), Is.Empty);
        Assert.That(_player.NextDeadline, Is.EqualTo(Seconds(101.01)));
        Assert.That(Take(101.01), Is.EqualTo("OK"));
        Send(200, "AT+CSQ");
        Assert.That(Take(200.05), Is.EqualTo("+CSQ:24,99 OK"));
        Assert.That(Take(202.9), Is.Empty);
        Assert.That(Take(203), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(Notices(), Is.Empty);
    }

    [Test]
    public void Fast_leaves_out_every_pause()
    {
        Start(new PlayOptions { Fast = true });
        Send(101, "AT");
        Send(101, "AT+CSQ");
        Assert.That(Take(101), Is.EqualTo("OK|+CSQ:24,99 OK|+MIPLEVENT:0,6"));
    }

    [Test]
    public void All_commands_in_their_order_end_it()
    {
        foreach (var command in (string[])["AT", "AT+CSQ", "AT+CEREG?", "AT+CMEE=1\r\n"])
            Send(101, command);
        Assert.That(_player.IsOver, Is.False, "answers wait");
        Take(200);
        Assert.That(_player.IsOver, Is.True);
        Assert.That(_player.Counts, Is.EqualTo(new ModulePlayerCounts { Played = 4 }));
        Assert.That(Notices(), Is.Empty);
    }

    [Test]
    public void A_repeated_command_is_answered_again_without_what_came_afterwards()
    {
        Send(101, "AT");
        Send(102, "AT+CSQ");
        Take(110);
        Send(110, "AT+CSQ");
        Send(111, "AT");
        Assert.That(Take(200), Is.EqualTo("+CSQ:24,99 OK|OK"));
        Assert.That(_player.Counts, Is.EqualTo(new ModulePlayerCounts { Played = 2, Repeated = 2 }));
    }

    [Test]
    public void A_command_that_is_not_recorded_is_told_and_answered_ERROR()
    {
        Send(101, "AT");
        Take(102);
        Send(102, "AT+CGMR");
        Assert.That(Take(102), Is.EqualTo("ERROR"));
        Assert.That(Notices(), Is.EqualTo(new[] { "the recording does not hold AT+CGMR; next in it is line 4 (AT+CSQ); answered ERROR" }));
        Assert.That(_player.Counts.Unknown, Is.EqualTo(1));
        Send(103, "AT+CSQ");
        Assert.That(Take(104), Is.EqualTo("+CSQ:24,99 OK"), "it goes on where it was");
    }

    [Test]
    public void Commands_that_are_passed_over_are_told()
    {
        Send(101, "AT+CEREG?");
        Assert.That(Take(102), Is.EqualTo("+CEREG:0,1 OK"));
        Assert.That(Notices(), Is.EqualTo(new[] { "AT+CEREG? came before line 2 (AT), line 4 (AT+CSQ): skipped" }));
        Assert.That(_player.Counts, Is.EqualTo(new ModulePlayerCounts { Played = 1, Skipped = 2 }));
    }

    [TestCase(false, "OK", "AT+CMEE=0 came for line 9 (AT+CMEE=1)")]
    [TestCase(true, "ERROR", "the recording does not hold AT+CMEE=0; next in it is line 9 (AT+CMEE=1); answered ERROR")]
    public void Other_arguments_are_taken_unless_exact(bool exact, string answer, string notice)
    {
        Start(new PlayOptions { Exact = exact });
        Send(101, "AT+CEREG?");
        Take(102);
        Notices();
        Send(103, "AT+CMEE=0");
        Assert.That(Take(104), Is.EqualTo(answer));
        Assert.That(Notices(), Is.EqualTo(new[] { notice }));
    }
}
