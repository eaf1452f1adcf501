using System.Text.Json;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program writes its traces.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class TraceTests : IDisposable
{
    const string Create = "AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"";
    const int SigKill = 9;

    static readonly string[] Bundle = ["capture.pcapng", "trace.jsonl", "transcript.atlog"];

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase(ChildProcess.SigTerm)]
    [TestCase(SigKill)]
    public void The_folder_has_all_three_even_after_a_crash(int signal)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--trace-dir", _folder.At("new/traces"), "--seed", "7");
        using (var uart = Uart.OpenFirst(program.ReadyText("line")))
        {
            uart.Command(Create);
            uart.Command("AT+MIPLOPEN=0,3000,60");
            uart.Await("+MIPLEVENT:0,6");
            program.Signal(signal);
        }
        program.WaitExit();

        var lines = File.ReadAllLines(_folder.At("new/traces/trace.jsonl")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.That(lines.Select(l => l.GetProperty("ev").GetString()), Has.Some.EqualTo("handshake.done").And.Some.EqualTo("registered"));
        Assert.That(lines[0].GetProperty("seed").GetString(), Is.EqualTo("7"));
        Assert.That(lines.Select(l => l.GetProperty("t").GetDecimal()), Is.Ordered);
        var transcript = File.ReadAllText(_folder.At("new/traces/transcript.atlog"));
        Assert.That(transcript, Does.Contain("mcu> " + Create + "\\r\n").And.Contain(@"\r\n+MIPLEVENT:0,6\r\n"));
        var capture = File.ReadAllBytes(_folder.At("new/traces/capture.pcapng"));
        Assert.That(capture.AsSpan().IndexOf("CLIENT_RANDOM "u8), Is.Positive);
        Assert.That(capture.AsSpan().IndexOf((byte[])[183, 230, 40, 40]), Is.Positive, "the server as the module knows it");
        Assert.That(File.ReadAllText(_folder.At("new/traces/trace.jsonl")), Does.Not.Contain("abcdefge").And.Not.Contain("CLIENT_RANDOM"));
    }

    [TestCase("always", true)]
    [TestCase("on-failure", false)]
    public void After_success_the_folder_is_kept_or_not(string keep, bool kept)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--trace-dir", _folder.At("traces"), "--keep", keep);
        Assert.That(program.Ready.GetProperty("pid").GetInt32(), Is.Positive);
        Assert.That(Directory.GetFiles(_folder.At("traces")).Select(Path.GetFileName).Order(), Is.EqualTo(Bundle), "while it runs");
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(Directory.Exists(_folder.At("traces")), Is.EqualTo(kept));
    }

    [Test]
    public void After_a_failure_the_folder_stays()
    {
        Directory.CreateDirectory(_folder.At("tty"));
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--trace-dir", _folder.At("traces"), "--keep", "on-failure");
        Assert.That(program.WaitExit(), Is.EqualTo(4), "a folder is where the link ought to be");
        Assert.That(Directory.GetFiles(_folder.At("traces")).Select(Path.GetFileName).Order(), Is.EqualTo(Bundle));
    }

    [Test]
    public void On_success_only_the_programs_own_files_go()
    {
        Directory.CreateDirectory(_folder.At("traces"));
        File.WriteAllText(_folder.At("traces/notes.txt"), "mine");
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--trace-dir", _folder.At("traces"), "--keep", "on-failure");
        Assert.That(program.Ready.GetProperty("pid").GetInt32(), Is.Positive);
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(Directory.GetFiles(_folder.At("traces")).Select(Path.GetFileName), Is.EqualTo(new[] { "notes.txt" }));
    }

    [Test]
    public void Single_files_go_where_they_are_told()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"),
            "--trace", _folder.At("a"), "--transcript", _folder.At("b"), "--pcap", _folder.At("c"), "--profile", "m5311");
        Assert.That(program.Ready.GetProperty("pid").GetInt32(), Is.Positive);
        program.Signal(ChildProcess.SigInt);
        Assert.That(program.WaitExit(), Is.EqualTo(130));
        Assert.That(File.ReadAllText(_folder.At("a")), Does.StartWith("{\"t\":0,\"layer\":\"trace\",\"ev\":\"begin\""));
        Assert.That(File.ReadAllText(_folder.At("b")), Does.StartWith("# m531x atlog 1\n").And.Contain("\n# profile m5311\n").And.Contain("\n# baud 115200\n"));
        Assert.That(File.ReadAllBytes(_folder.At("c"))[..4], Is.EqualTo(new byte[] { 0x0A, 0x0D, 0x0D, 0x0A }));
    }

    [TestCase("--trace")]
    [TestCase("--transcript")]
    [TestCase("--pcap")]
    public void A_file_that_cannot_be_written_is_told_before_anything_starts(string option)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), option, _folder.At("no/such/folder"));
        Assert.That(program.WaitExit(), Is.EqualTo(4));
        Assert.That(program.Errors.AwaitEnd(), Has.Some.StartsWith($"m531x: {option} {_folder.At("no/such/folder")}: "));
    }

    [TestCase("--keep sometimes: expected on-failure or always", "--trace-dir", "x", "--keep", "sometimes")]
    [TestCase("without --trace-dir", "--keep", "always")]
    [TestCase("--pcap : expected a path", "--pcap", "")]
    public void A_wrong_option_is_refused(string word, params string[] options)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), options);
        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd(), Has.Some.Contains(word));
    }
}
