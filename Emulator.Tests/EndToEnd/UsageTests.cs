using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

[TestFixture, Category("EndToEnd"), Parallelizable(ParallelScope.All)]
sealed class UsageTests
{
    [TestCase("--bogus")]
    [TestCase("extra")]
    [TestCase("--line", "foo")]
    [TestCase("--line", "com:COM5")]
    [TestCase("--time", "virtual")]
    [TestCase("--time", "fast")]
    [TestCase("--line", "stdio:x")]
    [TestCase("--line", "tcp-listen:127.0.0.1")]
    [TestCase("--line", "tcp-listen:127.0.0.1:65536")]
    [TestCase("--line", "pty:/no/such/folder/tty")]
    [TestCase("--line", "serial:/dev/null")]
    [TestCase("--line", "serial:/dev/ttyUSB0?baud=fast")]
    [TestCase("--latency", "slow")]
    [TestCase("--pace", "300")]
    [TestCase("--route", "a")]
    [TestCase("--route", "a=b:1")]
    [TestCase("--route", "a=127.0.0.1")]
    [TestCase("--imei", "86997503000046")]
    [TestCase("--imsi", "46004106482632x")]
    [TestCase("--profile", "x")]
    [TestCase("--quirk", "close-event-21")]
    [TestCase("--dialect", "x")]
    [TestCase("--platform", "x")]
    [TestCase("--api", "1.2.3.4:x")]
    [TestCase("--api", "example.com:80")]
    [TestCase("--bootstrap", "off")]
    [TestCase("--lwm2m", "127.0.0.1")]
    [TestCase("--seed", "-1")]
    [TestCase("--power", "on")]
    [TestCase("--attach-delay", "-1")]
    [TestCase("--attach-delay", "NaN")]
    [TestCase("--attach-delay", "86401")]
    [TestCase("--ip-ageing", "0")]
    [TestCase("--ip-ageing", "never")]
    [TestCase("--ip-ageing", "86401")]
    [TestCase("--api-key")]
    [TestCase("--dtls-suites", "ccm9")]
    [TestCase("--dtls-suites", "ccm8,ccm8")]
    [TestCase("--bootstrap-dtls", "off")]
    [TestCase("--lwm2m-dtls", "x:1")]
    [TestCase("--config", "/no/such/file.yaml")]
    public void Wrong_usage_is_one_clear_line_and_exit_code_2(params string[] arguments)
    {
        using var program = BuiltProgram.Start(arguments);

        Assert.That(program.WaitExit(), Is.EqualTo(2));
        var errors = program.Errors.AwaitEnd();
        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith("m531x: ").And.Contain(arguments[0]));
        Assert.That(errors[0], Does.Contain(arguments[^1]), "names the value");
        Assert.That(errors[0], Has.Length.GreaterThan("m531x: ".Length + string.Join(' ', arguments).Length + 5), "and says what is wrong");
        Assert.That(program.Output.AwaitEnd(), Is.Empty);
    }

    [TestCase("unknown option --nope; the command's own options go after --", "exec", "--nope", "--", "true")]
    [TestCase("unknown option --timeuot; did you mean --timeout?", "exec", "--timeuot", "2m", "--", "true")]
    [TestCase("unknown option --nope", "test", "--nope")]
    [TestCase("unknown option --jnit; did you mean --junit?", "test", "x.yaml", "--jnit", "y.xml")]
    [TestCase("unknown option --lines; did you mean --line?", "run", "--lines", "pty:")]
    [TestCase("unknown option --exat; did you mean --exact?", "compare", "run.atlog", "--exat")]
    public void An_unknown_option_is_told_with_the_one_that_was_meant(string error, params string[] arguments)
    {
        using var program = BuiltProgram.Start(arguments);
        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd(), Is.EqualTo(new[] { $"m531x: {error}" }));
    }

    [Test, Platform(Include = "Linux")]
    public void A_full_disk_behind_standard_output_is_no_bug()
    {
        using var shell = new ChildProcess("/bin/sh", ["-c", "exec \"$@\" > /dev/full", "sh", BuiltProgram.DotNet, BuiltProgram.Dll, "quirks"]);
        Assert.That(shell.WaitExit(), Is.EqualTo(4));
        Assert.That(shell.Errors.AwaitEnd(), Has.Length.EqualTo(1));
    }

    [TestCase("--platform real", "--platform", "real")]
    [TestCase("192.0.2.1:5684", "--route", "example.com=192.0.2.1:5684")]
    [TestCase("0.0.0.0", "--lwm2m-dtls", "0.0.0.0:0")]
    public void Deterministic_crypto_is_refused_unless_every_server_is_on_loopback(string why, params string[] arguments)
    {
        using var program = BuiltProgram.Start(["--unsafe-deterministic-crypto", .. arguments]);
        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.Contain("--unsafe-deterministic-crypto").And.Contain(why));
    }
}
