using System.CommandLine;
using M531x.Emulator.Cli;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Drivers;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Cli;

/// <summary>Settings from the file, the environment and the flags, each stronger than the one before.</summary>
sealed class ConfigTests
{
    readonly RunOptions _options = new();
    string _file = null!;

    [SetUp]
    public void SetUp()
    {
        _file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}.yaml");
    }

    [TearDown]
    public void TearDown() => File.Delete(_file);

    [Test]
    public void A_flag_wins_over_the_environment_and_that_over_the_file()
    {
        var (settings, given) = Read("profile: m5311\nimei: 111111111111111\nimsi: 1\n", [("M531X_IMEI", "222222222222222"), ("M531X_IMSI", "2")], "--imsi", "3");
        Assert.That((settings.Profile.Name, settings.Imei, settings.Imsi, settings.ApiKey), Is.EqualTo(("m5311", "222222222222222", "3", RunOptions.DefaultApiKey)));
        Assert.That(Origins(given), Is.SupersetOf(new[] { $"profile: m5311  # {_file}:1:10", "imei: 222222222222222  # M531X_IMEI", "imsi: 3  # flag", "dialect: onenet  # default" }));
    }

    [Test]
    public void A_repeatable_setting_is_a_list_in_the_file_and_comma_separated_in_the_environment()
    {
        Assert.That(Read("quirk: [close-event-20, parameter-st]\nroute: a=127.0.0.1:1\n").Settings.Quirks.On, Is.EqualTo(new[] { Quirk.CloseEvent20, Quirk.ParameterSt }));
        Assert.That(Read("quirk: [close-event-20]\n", [("M531X_QUIRK", "parameter-st, strict-len")]).Settings.Quirks.On, Is.EqualTo(new[] { Quirk.ParameterSt, Quirk.StrictLen }), "the stronger list wins as a whole");
        Assert.That(Read("quirk:\n- close-event-20\n", [], "--quirk", "strict-len").Settings.Quirks.On, Is.EqualTo(new[] { Quirk.StrictLen }));
        Assert.That(Read("quirk: []\n").Settings.Quirks.On, Is.Empty);
        Assert.That(Read("route: a=127.0.0.1:1\n").Settings.Routes, Has.Count.EqualTo(1), "a single one needs no list");
    }

    [Test]
    public void A_quirk_of_the_profile_is_switched_off_by_name()
    {
        var quirks = Read("quirk: [nsmi-refuses-mid-zero=off, strict-len]\n").Settings.Quirks;
        Assert.That((quirks.On, quirks.Off), Is.EqualTo((new[] { Quirk.StrictLen }, new[] { Quirk.NsmiRefusesMidZero })));
        Assert.That(ModuleProfile.Find("m5311")!.Quirks.With(quirks).On, Is.EqualTo(new[] { Quirk.StrictLen }));
        Assert.That(Read(null, [("M531X_QUIRK", "strict-len,strict-len=off")]).Settings.Quirks.On, Is.Empty, "the last word wins");
    }

    [TestCase("line: tcp-listen:x\n", "--line", "tcp-listen:x", "{0}:1:7: line tcp-listen:x: wrong")]
    [TestCase("imsi: 1\nnvram: /n\n", "--nvram", "/n", "{0}:2:8: nvram /n: wrong")]
    [TestCase(null, "--nvram", "/n", "--nvram /n: wrong")]
    public void What_shows_to_be_wrong_later_is_named_with_its_place_too(string? file, string name, string value, string error) =>
        Assert.That(Read(file, []).Settings.Given.Complain(name, value, "wrong"), Is.EqualTo(string.Format(System.Globalization.CultureInfo.InvariantCulture, error, _file)));

    [Test]
    public void A_switch_is_true_or_false_in_every_place()
    {
        Assert.That(Read("no-auto-provision: true\n").Settings.AutoProvision, Is.False);
        Assert.That(Read("no-auto-provision: true\n", [("M531X_NO_AUTO_PROVISION", "0")]).Settings.AutoProvision, Is.True);
        Assert.That(Read("", [("M531X_NO_AUTO_PROVISION", "true")], "--no-auto-provision", "false").Settings.AutoProvision, Is.True);
        Assert.That(Read("very-verbose: true\n").Settings.Verbosity, Is.EqualTo(2));
    }

    [TestCase("")]
    [TestCase("# nothing\n")]
    [TestCase("seed:\npower: null\nnvram: ~\n")]
    public void What_says_nothing_changes_nothing(string text)
    {
        var (settings, given) = Read(text, [("M531X_IMEI", "")]);
        Assert.That((settings.Seed, settings.Nvram, settings.Imei), Is.EqualTo(((ulong?)null, (string?)null, ModuleProfile.M5310A.Imei)));
        Assert.That(Origins(given), Has.All.EndsWith("# default"));
    }

    [TestCase("imsi: 1\ncolour: red\n", "2:1: colour: unknown setting; known are line, profile, ")]
    [TestCase("config: other.yaml\n", "1:1: config: unknown setting")]
    [TestCase("imsi: 1\nprofile: m9999\n", "2:10: profile m9999: known profiles are m5310a, ")]
    [TestCase("quirk:\n  - close-event-20\n  - close-event-21\n", "3:5: quirk close-event-21: unknown; ")]
    [TestCase("quirk: [strict-len=no]\n", "1:9: quirk strict-len=no: expected strict-len or strict-len=off")]
    [TestCase("route: [a=127.0.0.1:1, b]\n", "1:24: route b: expected HOST[:PORT]=HOST:PORT")]
    [TestCase("imei: 12\n", "1:7: imei 12: expected 15 digits")]
    [TestCase("attach-delay: -1\n", "1:15: attach-delay -1: expected seconds")]
    [TestCase("latency: slow\n", "1:10: latency slow: expected none, typical, slowest or seeded")]
    [TestCase("latency: 1\n", "1:10: latency 1: expected none, typical, slowest or seeded")]
    [TestCase("pace: 1199\n", "1:7: pace 1199: expected off, line, or bit/s from 1200 to 4000000")]
    [TestCase("pace: fast\n", "1:7: pace fast: expected off, line, ")]
    [TestCase("api: nowhere\n", "1:6: api nowhere: expected ADDRESS:PORT or off")]
    [TestCase("line: 'mem:'\napi: off\n", "1:7: line mem:: AT commands come over the HTTP API, which is off")]
    [TestCase("time: 60\n", "1:7: time 60: expected real, virtual, or x and a number from 0.01 to 10000, such as x60")]
    [TestCase("time: virtual\n", "1:7: time virtual: refused with --line ")]
    [TestCase("time: virtual\nline: tcp-listen:127.0.0.1:1\n", "1:7: time virtual: refused with --line tcp-listen:127.0.0.1:1, whose other end lives in real time")]
    [TestCase("time: virtual\nline: 'mem:'\nplatform: real\n", "1:7: time virtual: refused with --platform real: servers outside")]
    [TestCase("time: virtual\nline: 'mem:'\nroute: a=127.0.0.1:1\n", "1:7: time virtual: refused with --route: ")]
    [TestCase("time: virtual\nline: 'mem:'\nlwm2m: 127.0.0.1:5683\n", "1:7: time virtual: refused with --lwm2m: ")]
    [TestCase("imei: [1, 2]\n", "1:7: imei: expected a single value")]
    [TestCase("quirk: {a: b}\n", "1:8: quirk: expected a list")]
    [TestCase("quirk: [[a]]\n", "1:9: quirk: expected a list of single values")]
    [TestCase("quiet: 1\n", "1:8: quiet 1: expected true or false")]
    [TestCase("imei: 1\nimei: 2\n", "2:1: not YAML: Duplicate key imei")]
    [TestCase("imsi: 1\n- a\n", "2:")]
    [TestCase("- a\n", "1:1: file: expected settings")]
    [TestCase("a: 1\n---\nb: 2\n", "3:1: file: expected one document")]
    [TestCase("platform: real\nbootstrap: 127.0.0.1:1\n", "2:12: bootstrap 127.0.0.1:1: has no effect with --platform real")]
    public void What_is_wrong_in_the_file_is_named_with_its_place(string text, string error) =>
        Assert.That(Refuse(text, []), Does.StartWith($"{_file}:{error}"));

    [TestCase("M531X_IMEI", "12", "M531X_IMEI=12: expected 15 digits")]
    [TestCase("M531X_QUIRK", "strict-len,x", "M531X_QUIRK=x: unknown; ")]
    [TestCase("M531X_QUIET", "loud", "M531X_QUIET=loud: expected true or false")]
    [TestCase("M531X_CONFIG", "/no/such/m531x.yaml", "--config /no/such/m531x.yaml: ")]
    public void What_is_wrong_in_the_environment_is_named_by_its_variable(string name, string value, string error) =>
        Assert.That(Refuse(null, [(name, value)]), Does.StartWith(error));

    [TestCase("pty:/tmp/x", PowerOnMode.OnOpen)]
    [TestCase("serial:/dev/ttyUSB0", PowerOnMode.OnStart)]
    [TestCase("stdio:", PowerOnMode.OnStart)]
    public void The_line_decides_when_the_power_on_lines_come_unless_it_is_said(string line, PowerOnMode power)
    {
        Assert.That(Read(null, [], "--line", line).Settings.Power, Is.EqualTo(power));
        Assert.That(Read(null, [], "--line", line, "--power", "on-open-each").Settings.Power, Is.EqualTo(PowerOnMode.OnOpenEach));
    }

    [Test]
    public void Latency_and_pace_are_off_unless_asked_for()
    {
        var settings = Read(null).Settings;
        Assert.That((settings.Latency, settings.Pace), Is.EqualTo((LatencyMode.None, (int?)null)));
        settings = Read(null, [], "--latency", "seeded", "--pace", "line").Settings;
        Assert.That((settings.Latency, settings.Pace), Is.EqualTo((LatencyMode.Seeded, (int?)0)));
        Assert.That(Read(null, [], "--pace", "57600").Settings.Pace, Is.EqualTo(57600));
    }

    [Test]
    public void A_platform_chosen_by_a_flag_leaves_the_files_addresses_alone() =>
        Assert.That(Read("bootstrap: 127.0.0.1:1\n", [], "--platform", "real").Settings.LocalPlatform, Is.False);

    [Test]
    public void What_is_shown_can_be_read_again()
    {
        var (first, given) = Read("line: 'stdio:'\nquirk: [strict-len]\nroute: ['a.b:1=127.0.0.1:2']\nlog-file: '#1 it''s'\nnvram: 'null'\n");
        var (second, _) = Read(Show(given, withOrigin: true).Replace("'********'", "key", StringComparison.Ordinal));
        Assert.That((second.Line, second.LogFile, second.Nvram, second.Power), Is.EqualTo((first.Line, first.LogFile, first.Nvram, first.Power)));
        Assert.That((second.LogFile, second.Nvram), Is.EqualTo(("#1 it's", "null")));
        Assert.That(second.Quirks.On, Is.EqualTo(first.Quirks.On));
        Assert.That(second.Routes, Is.EqualTo(first.Routes));
    }

    [Test]
    public void A_key_is_not_shown()
    {
        var (_, given) = Read("api-key: very-secret\n");
        Assert.That(Show(given, withOrigin: true), Does.Contain("api-key: '********'").And.Not.Contain("very-secret"));
        Assert.That(Show(given, withOrigin: false), Does.Not.Contain("very-secret").And.Not.Contain("#"));
    }

    (RunSettings Settings, GivenSettings Given) Read(string? file, IEnumerable<(string Name, string Value)>? environment = null, params string[] flags)
    {
        Assert.That(TryRead(file, environment ?? [], flags, out var given, out var settings, out var error), Is.True, error);
        return (settings, given);
    }

    string Refuse(string? file, IEnumerable<(string Name, string Value)> environment)
    {
        Assert.That(TryRead(file, environment, [], out _, out _, out var error), Is.False);
        return error;
    }

    bool TryRead(string? file, IEnumerable<(string Name, string Value)> environment, string[] flags, out GivenSettings given, out RunSettings settings, out string error)
    {
        var command = new RootCommand();
        foreach (var option in _options.All)
            command.Options.Add(option);
        if (file is not null)
            File.WriteAllText(_file, file);
        var variables = environment.ToDictionary(v => v.Name, v => v.Value);
        return _options.TryRead(command.Parse(file is null ? flags : ["--config", _file, .. flags]), variables.GetValueOrDefault, out given, out settings, out error);
    }

    string Show(GivenSettings given, bool withOrigin)
    {
        var output = new StringWriter();
        ConfigShowCommand.Write(output, _options, given, withOrigin);
        return output.ToString();
    }

    IEnumerable<string> Origins(GivenSettings given) => Show(given, withOrigin: true).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => System.Text.RegularExpressions.Regex.Replace(line, " +#", "  #"));
}
