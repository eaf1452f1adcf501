using M531x.Emulator.Lines;
using M531x.Emulator.Lines.Posix;
using M531x.Emulator.Lines.Serial;
using M531x.Emulator.Tests.EndToEnd;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

/// <summary>
/// A serial device that can be pulled out: the slave of a pseudo-terminal behind a link, its master the board. Both back ends run on Linux.
/// A pseudo-terminal has no modem endpoints, so no test here sees DTR and RTS, nor flow control at work.
/// </summary>
[TestFixture(nameof(SerialBackEnds.Termios))]
[TestFixture(nameof(SerialBackEnds.Library))]
[Platform(Include = "Linux")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class DeviceEndpointTests(string backEnd) : IDisposable
{
    readonly ISerialBackEnd _backEnd = backEnd == nameof(SerialBackEnds.Termios) ? SerialBackEnds.Termios : SerialBackEnds.Library;
    readonly Folder _folder = new();
    readonly WakePipe _wake = new();
    PtyMaster? _board;

    string Device => _folder.At("ttyUSB0");

    [SetUp]
    public void SetUp() => Plug();

    public void Dispose()
    {
        _board?.Dispose();
        _wake.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Bytes_of_every_value_pass_both_ways_and_are_not_echoed()
    {
        var endpoint = Open($"serial:{Device}");
        var sink = new RecordingSink();
        endpoint.Start(sink);
        var bytes = Clients.Pattern(20_000);
        endpoint.Write(bytes);
        Assert.That(ReadAtBoard(bytes.Length), Is.EqualTo(bytes));
        for (var sent = 0; sent < bytes.Length;)
            sent += _board!.Write(bytes.AsSpan(sent));
        sink.WaitForBytes(bytes.Length);
        Assert.That(sink.ReceivedBytes, Is.EqualTo(bytes));
        endpoint.Write("end"u8);
        Assert.That(ReadAtBoard(3), Is.EqualTo("end"u8.ToArray()), "nothing came back in between");
        await endpoint.DisposeAsync();
        Assert.That(endpoint.Counters, Is.EqualTo(new EndpointCounters(bytes.Length, bytes.Length + 3, 0)));
    }

    [TestCase("", 0, 9600, "9600 8N1")]
    [TestCase("", 115200, 115200, "115200 8N1")]
    [TestCase("?baud=57600&parity=even&stop=2", 115200, 57600, "57600 8E2")]
    [TestCase("?baud=250000&rtscts", 115200, 250000, "250000 8N1 rtscts")]
    [TestCase("?parity=odd&baud=4000000", 9600, 4000000, "4000000 8O1")]
    public async Task The_device_is_set_to_the_speed_of_the_spec_or_else_of_the_module(
        string options, int ofModule, int speed, string description)
    {
        await using var endpoint = Open($"serial:{Device}{options}", ofModule);
        Assert.That(_board!.SlaveSpeed(), Is.EqualTo(speed));
        Assert.That((endpoint.Description, endpoint.Address), Is.EqualTo(($"serial {Device} ({description})", Device)));
        Assert.That(endpoint.ClientSpeed, Is.Null);
    }

    [Test]
    public async Task Stop_bits_and_flow_control_are_set_in_raw_mode()
    {
        // Not a FileStream, whose lock the termios back end would respect.
        var flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec;
        using var slave = new SafeFileHandle(Libc.Open(_board!.SlavePath, flags), ownsHandle: true);
        (string, uint)[] cases = [("", 0), ("?stop=2", 0x40), ("?rtscts", 0x8000_0000), ("?stop=2&rtscts", 0x8000_0040)];
        foreach (var (options, expected) in cases)
        {
            await using var endpoint = Open($"serial:{Device}{options}");
            var (input, output, control, local) = Flags(slave);
            const uint Cooked = 0x1 | 0x8 | 0x2 | 0x10; // ISIG, ECHO, ICANON, ECHOE
            Assert.That((input & 0x5E0, output & 1, local & Cooked), Is.EqualTo((0u, 0u, 0u)), "ISTRIP, INLCR, IGNCR, ICRNL, IXON; OPOST");
            Assert.That(control & 0x8000_0040, Is.EqualTo(expected), options); // CRTSCTS, CSTOPB
            Assert.That(control & 0x8B0, Is.EqualTo(0x8B0), "CLOCAL, CREAD, CS8");
        }
    }

    [Test]
    public async Task A_new_speed_waits_for_the_bytes_before_it()
    {
        await using var endpoint = Open($"serial:{Device}", 9600);
        endpoint.Start(new RecordingSink());
        var bulk = Clients.Pattern(200_000);
        endpoint.Write(bulk);
        endpoint.SetSpeed(0);
        endpoint.SetSpeed(115200);
        endpoint.Write("X"u8);
        endpoint.SetSpeed(250000);
        endpoint.Write("Y"u8);
        Assert.That(ReadAtBoard(1), Is.EqualTo(bulk[..1]));
        Assert.That(_board!.SlaveSpeed(), Is.EqualTo(9600), "a terminal does not hold that much");
        Assert.That(ReadAtBoard(bulk.Length - 1), Is.EqualTo(bulk[1..]));
        Assert.That(ReadAtBoard(2), Is.EqualTo("XY"u8.ToArray()));
        Assert.That(_board.SlaveSpeed(), Is.EqualTo(250000));
    }

    [Test]
    public async Task Pulled_out_it_waits_keeps_4_KB_and_goes_on_when_it_is_back()
    {
        await using var endpoint = Open($"serial:{Device}", 9600);
        var sink = new RecordingSink();
        endpoint.Start(sink);
        sink.WaitForEvent("opened");
        for (var round = 1; round <= 3; round++)
        {
            Unplug();
            sink.WaitForEvent("closed", round);
            var kept = Clients.Pattern(OutputBuffer.IdleLimit);
            endpoint.Write(kept);
            endpoint.Write("lost"u8);
            endpoint.SetSpeed(19200 * round);
            Assert.That(endpoint.Counters.BytesDropped, Is.EqualTo(4 * round));
            Plug();
            sink.WaitForEvent("opened", round + 1);
            Assert.That(ReadAtBoard(kept.Length), Is.EqualTo(kept));
            Assert.That(_board!.SlaveSpeed(), Is.EqualTo(19200 * round));
            _board.Write("AT\r"u8);
            sink.WaitForBytes(3 * round);
        }
        static IEnumerable<string> ThreeTimes(params string[] events) => Enumerable.Repeat(events, 3).SelectMany(e => e);
        Assert.That(sink.Changes.Select(c => c.Split('(')[0]), Is.EqualTo(ThreeTimes($"{Device} is gone ", $"{Device} is back")));
        Assert.That(sink.Events, Is.EqualTo((string[])["opened", .. ThreeTimes("closed", "opened", "received")]));
    }

    [Test]
    public async Task A_returned_device_that_cannot_be_opened_is_reported_once()
    {
        await using var endpoint = Open($"serial:{Device}", 9600);
        var sink = new RecordingSink();
        endpoint.Start(sink);
        Unplug();
        sink.WaitForEvent("closed");
        File.WriteAllText(Device, "");
        sink.WaitForChange("is no serial device");
        File.Delete(Device);
        Plug();
        sink.WaitForEvent("opened", 2);
        Assert.That(sink.Changes, Has.Length.EqualTo(3));
    }

    /// <summary>Of the terminal's own lock, which does not hold root (TIOCEXCL): another user opens the device by its name.</summary>
    [Test]
    public async Task Another_user_cannot_open_the_device_until_the_endpoint_is_disposed()
    {
        if (Environment.UserName != "root")
            Assert.Ignore("only root can become another user");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_board!.SlavePath, (UnixFileMode)0b110_110_110);
        await using (var endpoint = Open($"serial:{Device}"))
            Assert.That(OpenAsAnotherUser(), Does.Contain("busy"));
        Assert.That(OpenAsAnotherUser(), Is.Empty);
    }

    [Test]
    public async Task Root_cannot_open_the_device_until_the_endpoint_is_disposed()
    {
        if (_backEnd == SerialBackEnds.Library)
            Assert.Ignore("System.IO.Ports does not lock a device against root");
        await using (var endpoint = Open($"serial:{Device}"))
            AssertProblem($"serial:{Device}", EndpointProblem.Busy, "another program has the device");
        await using var again = Open($"serial:{Device}");
    }

    [Test]
    public async Task Stopping_does_not_wait_for_a_device_that_is_gone_or_takes_nothing()
    {
        var endpoint = Open($"serial:{Device}");
        var sink = new RecordingSink();
        endpoint.Start(sink);
        endpoint.Write(Clients.Pattern(200_000));
        await endpoint.DisposeAsync().AsTask().WaitAsync(RecordingSink.Limit);
        Assert.That(sink.Events, Is.EqualTo(["opened", "closed"]));

        Unplug();
        Plug();
        endpoint = Open($"serial:{Device}");
        sink = new RecordingSink();
        endpoint.Start(sink);
        Unplug();
        sink.WaitForEvent("closed");
        await endpoint.DisposeAsync().AsTask().WaitAsync(RecordingSink.Limit);
        Assert.That(sink.Events, Is.EqualTo(["opened", "closed"]));
        Assert.That(endpoint.Completion.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void Open_errors_name_the_problem()
    {
        AssertProblem($"serial:{_folder.At("none")}", EndpointProblem.NotThere, "the device is not there");
        File.WriteAllText(_folder.At("file"), "");
        AssertProblem($"serial:{_folder.At("file")}", EndpointProblem.BadSpec, "is no serial device");
        AssertProblem("serial:/dev/null", EndpointProblem.BadSpec, "is no serial device");
    }

    [TestCase(16, EndpointProblem.Busy, "another program has the device")]
    [TestCase(13, EndpointProblem.NotPermitted, "Permission denied")]
    [TestCase(1, EndpointProblem.NotPermitted, "Permission denied")]
    [TestCase(2, EndpointProblem.NotThere, "the device is not there")]
    [TestCase(6, EndpointProblem.NotThere, "the device is not there")]
    [TestCase(25, EndpointProblem.BadSpec, "is no serial device")]
    [TestCase(5, EndpointProblem.NotThere, "text")]
    public void Error_numbers_have_one_message_for_both_back_ends(int number, EndpointProblem problem, string reason)
    {
        var error = SerialProblems.FromErrno(SerialSpec.Parse(EndpointSpec.Parse("serial:x")), number, "text");
        Assert.That((error.Problem, error.Reason), Is.EqualTo((problem, reason)));
    }

    DeviceEndpoint Open(string spec, int speed = 0) => DeviceEndpoint.Open(SerialSpec.Parse(EndpointSpec.Parse(spec)), speed, _backEnd);

    string OpenAsAnotherUser()
    {
        using var program = new ChildProcess("setpriv", ["--reuid=65534", "--clear-groups", "sh", "-c", $": <>{_board!.SlavePath}"]);
        program.WaitExit();
        return string.Join('\n', program.Errors.AwaitEnd());
    }

    void AssertProblem(string spec, EndpointProblem problem, string reason)
    {
        var error = Assert.Throws<EndpointException>(() => Open(spec));
        Assert.That((error.Problem, error.Message), Is.EqualTo((problem, $"--line {spec}: {reason}")));
    }

    static unsafe (uint Input, uint Output, uint Control, uint Local) Flags(SafeFileHandle terminal)
    {
        var termios = stackalloc byte[Libc.TermiosSize];
        Assert.That(Libc.TcGetAttr(terminal, termios), Is.Zero);
        var flags = (uint*)termios;
        return (flags[0], flags[1], flags[2], flags[3]);
    }

    void Plug()
    {
        _board = PtyMaster.Open();
        File.CreateSymbolicLink(Device, _board.SlavePath);
    }

    void Unplug()
    {
        File.Delete(Device);
        _board!.Dispose();
    }

    byte[] ReadAtBoard(int count)
    {
        var bytes = new byte[count];
        var have = 0;
        var deadline = DateTime.UtcNow + RecordingSink.Limit;
        while (have < count)
        {
            if (_board!.Read(bytes.AsSpan(have), out var got) != PtyRead.Data)
                _board.Wait(_wake, watchClient: true, wantWrite: false, 100);
            have += got;
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"only {have} of {count} bytes came");
        }
        return bytes;
    }
}
