using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class EndpointFactoryTests
{
    [TestCase("", "needs a scheme: one of pty: serial: tcp-listen: tcp: stdio: mem:")]
    [TestCase("/tmp/m531x", "needs a scheme: one of pty: serial: tcp-listen: tcp: stdio: mem:")]
    [TestCase("udp:127.0.0.1:1", "unknown scheme udp: (known: pty: serial: tcp-listen: tcp: stdio: mem:)")]
    [TestCase("PTY:", "unknown scheme PTY: (known: pty: serial: tcp-listen: tcp: stdio: mem:)")]
    [TestCase("tcp-listen:", "port is missing; write tcp-listen:HOST:PORT")]
    [TestCase("tcp-listen:5320", "port is missing; write tcp-listen:HOST:PORT")]
    [TestCase("tcp-listen::5320", "host is missing; write tcp-listen:HOST:PORT")]
    [TestCase("tcp-listen:127.0.0.1:", "port must be 0 to 65535")]
    [TestCase("tcp-listen:127.0.0.1:99999", "port must be 0 to 65535")]
    [TestCase("tcp-listen:127.0.0.1:-1", "port must be 0 to 65535")]
    [TestCase("tcp-listen:127.0.0.1:+1", "port must be 0 to 65535")]
    [TestCase("tcp-listen:127.0.0.1:1 ", "port must be 0 to 65535")]
    [TestCase("tcp-listen:127.0.0.1:http", "port must be 0 to 65535")]
    [TestCase("tcp-listen:::1:5320", "host ::1 needs brackets: tcp-listen:[::1]:PORT")]
    [TestCase("tcp-listen:[nowhere]:5320", "host [nowhere] is neither an address nor a known name")]
    [TestCase("tcp-listen:no such host:5320", "host no such host is neither an address nor a known name")]
    [TestCase("tcp-listen:192.0.2.1:5320", "host 192.0.2.1 is not an address of this machine")]
    [TestCase("serial:", "needs a device: serial:/dev/ttyUSB0")]
    [TestCase("serial:?baud=9600", "needs a device: serial:/dev/ttyUSB0")]
    [TestCase("serial:/dev/ttyUSB0?baud=fast", "baud fast: expected 1 to 4000000")]
    [TestCase("serial:/dev/ttyUSB0?baud=0", "baud 0: expected 1 to 4000000")]
    [TestCase("serial:/dev/ttyUSB0?baud=+9600", "baud +9600: expected 1 to 4000000")]
    [TestCase("serial:/dev/ttyUSB0?baud=4000001", "baud 4000001: expected 1 to 4000000")]
    [TestCase("serial:/dev/ttyUSB0?baud", "baud : expected 1 to 4000000")]
    [TestCase("serial:/dev/ttyUSB0?parity=mark", "parity mark: expected none, even or odd")]
    [TestCase("serial:/dev/ttyUSB0?stop=1.5", "stop 1.5: expected 1 or 2")]
    [TestCase("serial:/dev/ttyUSB0?rtscts=yes", "rtscts yes: expected no value")]
    [TestCase("serial:/dev/ttyUSB0?baud=9600&baud=9600", "baud is given twice")]
    [TestCase("serial:/dev/ttyUSB0?bits=7", "unknown option bits (known: baud parity stop rtscts)")]
    [TestCase("serial:/dev/ttyUSB0?", "unknown option  (known: baud parity stop rtscts)")]
    [TestCase("stdio:x", "nothing may follow stdio:")]
    [TestCase("mem:x", "nothing may follow mem:")]
    public void A_bad_spec_is_reported_in_one_line_of_text(string spec, string reason) => AssertProblem(spec, EndpointProblem.BadSpec, reason);

    [TestCase("rfc2217-listen:127.0.0.1:5320", "rfc2217-listen: is not in this version")]
    public void What_comes_later_is_unsupported(string spec, string reason) => AssertProblem(spec, EndpointProblem.Unsupported, reason);

    [Test]
    [Platform("Win")]
    public void Windows_is_pointed_to_tcp() =>
        AssertProblem("pty:", EndpointProblem.Unsupported, "this system has no pseudo-terminals; use tcp-listen:127.0.0.1:5320");

    [Test]
    public async Task A_host_may_be_a_name()
    {
        await using var endpoint = EndpointFactory.Open("tcp-listen:localhost:0");
        Assert.That(endpoint.Address, Does.Match(@"^(127\.0\.0\.1|\[::1\]):[1-9]\d*$"));
    }

    [Test]
    public async Task Stdio_and_memory_open_by_their_schemes()
    {
        await using var stdio = EndpointFactory.Open("stdio:");
        await using var memory = EndpointFactory.Open("mem:");
        Assert.That((stdio.Description, stdio.Address), Is.EqualTo(("stdio", "-")));
        Assert.That(memory, Is.TypeOf<MemoryEndpoint>());
        Assert.That((memory.Description, memory.Address), Is.EqualTo(("memory", "-")));
    }

    [TestCase("pty:", true)]
    [TestCase("serial:/dev/ttyUSB0", true)]
    [TestCase("tcp-listen:127.0.0.1:0", true)]
    [TestCase("tcp:127.0.0.1:1", true)]
    [TestCase("stdio:", true)]
    [TestCase("mem:", false)]
    [TestCase("mem:x", false)]
    [TestCase("mem", false)]
    public void All_endpoints_but_memory_have_a_clock_of_their_own(string spec, bool hasClock) =>
        Assert.That(EndpointFactory.HasOwnClock(spec), Is.EqualTo(hasClock));

    static void AssertProblem(string spec, EndpointProblem problem, string reason)
    {
        var error = Assert.Throws<EndpointException>(() => EndpointFactory.Open(spec));
        Assert.That(error.Message, Is.EqualTo($"--line {spec}: {reason}"));
        Assert.That(error.Problem, Is.EqualTo(problem));
    }
}
