using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program takes its settings from its working directory and its environment.</summary>
[TestFixture, Category("EndToEnd"), Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class ConfigTests : IDisposable
{
    readonly Folder _folder = new();

    public ConfigTests() => File.WriteAllText(_folder.At("m531x.yaml"), "line: tcp-listen:127.0.0.1:0\napi: off\nprofile: m5311\nquirk:\n  - close-event-20\n");

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_run_obeys_the_file_the_environment_and_the_flags()
    {
        using var program = BuiltProgram.StartIn(_folder.At("."), [("M531X_IMSI", "460001234567890"), ("M531X_PROFILE", "m5313")], "--profile", "m5310a", "--power", "on-start");
        using var uart = Uart.Connect(System.Net.IPEndPoint.Parse(program.ReadyText("line")));
        uart.AwaitBoot();
        Assert.That(uart.Command("AT+CIMI"), Is.EqualTo("460001234567890 OK"));
        Assert.That(uart.Command("ATI"), Is.EqualTo("CMIOT M5310-A OK"));
    }

    [Test]
    public void Config_show_names_each_origin()
    {
        using var program = BuiltProgram.StartIn(_folder.At("."), [("M531X_API_KEY", "very-secret")], "config", "show", "--origin", "--seed", "7");
        Assert.That(program.WaitExit(), Is.Zero);
        var lines = program.Output.AwaitEnd();
        Assert.That(lines, Has.Some.Match("^profile: m5311 +# m531x.yaml:3:10$").And.Some.Match(@"^quirk: \[close-event-20\] +# m531x.yaml:5:5$"));
        Assert.That(lines, Has.Some.Match("^seed: 7 +# flag$").And.Some.Match("^dialect: onenet +# default$"));
        Assert.That(lines, Has.Some.Match(@"^api-key: '\*+' +# M531X_API_KEY$").And.None.Contains("very-secret"));
    }

    [Test]
    public void A_configuration_string_goes_to_xml_and_back_in_any_folder()
    {
        const string Line = "AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0";
        using var decode = BuiltProgram.StartIn(_folder.At("."), [], "config", "decode", "--xml", Line);
        Assert.That(decode.WaitExit(), Is.Zero);
        File.WriteAllLines(_folder.At("config.xml"), decode.Output.AwaitEnd());
        using var encode = BuiltProgram.StartIn(_folder.At("."), [], "config", "encode", "config.xml");
        Assert.That(encode.WaitExit(), Is.Zero);
        Assert.That(encode.Output.AwaitEnd(), Is.EqualTo(new[] { Line }));
    }

    [TestCase("m531x: total length at byte 1 is 49, but there are 3 bytes", "config", "decode", "130031")]
    [TestCase("m531x: no.xml: ", "config", "encode", "no.xml")]
    public void A_wrong_configuration_string_is_one_clear_line_and_exit_code_2(string error, params string[] verb)
    {
        using var program = BuiltProgram.StartIn(_folder.At("."), [], verb);
        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.StartWith(error));
        Assert.That(program.Output.AwaitEnd(), Is.Empty);
    }

    [TestCase(2, "line", "foo: x", "2:7: line foo: x: unknown scheme foo: ", "")]
    [TestCase(2, "line", "serial:/dev/null?baud=fast", "2:7: line serial:/dev/null?baud=fast: ", "")]
    [TestCase(2, "line", "stdio:x", "2:7: line stdio:x: nothing may follow stdio:", "")]
    [TestCase(4, "line", "pty:./m531x.yaml", "2:7: line pty:./m531x.yaml: exists and is not a link", "")]
    [TestCase(4, "nvram", "./no/such/file", "3:8: nvram ./no/such/file: ", "line: tcp-listen:127.0.0.1:0\n")]
    [TestCase(2, "nvram", "./m531x.yaml", "3:8: nvram ./m531x.yaml: not JSON: ", "line: tcp-listen:127.0.0.1:0\n")]
    [TestCase(4, "log-file", "./no/such/file", "3:11: log-file ./no/such/file: ", "line: tcp-listen:127.0.0.1:0\n")]
    [TestCase(4, "trace", "./no/such/file", "3:8: trace ./no/such/file: ", "line: tcp-listen:127.0.0.1:0\n")]
    [TestCase(4, "ready-file", "./no/such/file", "3:13: ready-file ./no/such/file: ", "line: tcp-listen:127.0.0.1:0\n")]
    public void What_cannot_be_opened_is_told_with_its_place_in_the_file(int code, string key, string value, string error, string before)
    {
        File.WriteAllText(_folder.At("m531x.yaml"), $"api: off\n{before}{key}: '{value}'\n");
        using var program = BuiltProgram.StartIn(_folder.At("."), []);
        Assert.That(program.WaitExit(), Is.EqualTo(code));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.StartWith($"m531x: m531x.yaml:{error}"));
    }

    [Test]
    public void A_port_in_use_is_told_with_the_variable_that_names_it()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        using var program = BuiltProgram.StartIn(_folder.At("."), [("M531X_LINE", $"tcp-listen:{taken.LocalEndpoint}")]);
        Assert.That(program.WaitExit(), Is.EqualTo(4));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.StartWith($"m531x: M531X_LINE=tcp-listen:{taken.LocalEndpoint}: port "));
    }

    [TestCase("run")]
    [TestCase("config", "show")]
    public void A_wrong_file_is_one_clear_line_and_exit_code_2(params string[] verb)
    {
        File.WriteAllText(_folder.At("m531x.yaml"), "line: tcp-listen:127.0.0.1:0\nimei: 7\n");
        using var program = BuiltProgram.StartIn(_folder.At("."), [], verb);
        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd(), Is.EqualTo(new[] { "m531x: m531x.yaml:2:7: imei 7: expected 15 digits" }));
        Assert.That(program.Output.AwaitEnd(), Is.Empty);
    }
}
