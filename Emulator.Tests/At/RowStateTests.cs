using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;
using static M531x.Emulator.Tests.At.RowBench;

namespace M531x.Emulator.Tests.At;

/// <summary>
/// Every row of the command table in the wrong state: either it has cases here with the answer each gives, or it is listed as
/// one that no state matters to, and that is shown. All of them are deaf while the module restarts.
/// </summary>
public sealed class RowStateTests
{
    /// <summary>Stand for more than a command: a registration, and one that gets no answer.</summary>
    const string Registered = "(registered)";
    const string Registering = "(registering)";
    const string Create = "AT+MIPLCREATE";
    const string NoInstance = "+CIS ERROR:653";
    const string NotRegistered = "+CIS ERROR:602";
    const string Off = "AT+CFUN=0";
    const string Refused = "+CME ERROR: 3";
    const string NoNetwork = "+CME ERROR: 30";

    /// <summary>Row; what came before; the command, "" for the row's right example; the answer's lines. {s} is the space after the colon.</summary>
    static readonly (string Name, string[] Before, string Command, string Answer)[] WrongStates =
    [
        ("+CFUN", [Off], "?", "+CFUN:{s}0|OK"),
        ("+CEREG", [Off], "?", "+CEREG:{s}0,0|OK"),
        ("+CEREG", ["AT+CEREG=4", Off], "?", "+CEREG:{s}4,0|OK"),
        ("+CGATT", [Off], "", Refused),
        ("+CGATT", [Off], "?", "+CGATT:{s}0|OK"),
        ("+CGATT", ["AT+COPS=2"], "", Refused),
        ("+CSCON", [Off], "?", "+CSCON:{s}0,0|OK"),
        ("+COPS", [Off], "", Refused),
        ("+COPS", [Off], "?", "+COPS:{s}0|OK"),
        ("+COPS", [Off], "=?", "+COPS:{s},(0-2),(2)|OK"),
        ("+CGPADDR", [Off], "", "+CGPADDR:{s}{cid}|OK"),
        ("+CGPADDR", [Off], " ", "+CGPADDR:{s}{cid}|OK"),
        ("+CGACT", [Off], "", NoNetwork),
        ("+CGACT", [Off], "?", "+CGACT:{s}1,0|OK"),
        ("+CGACT", [], "=0,{cid}", Refused),
        ("+CGCONTRDP", [Off], "", "OK"),
        ("+CGCONTRDP", [Off], " ", "OK"),
        ("+CGCONTRDP", [Off], "=?", "+CGCONTRDP:{s}()|OK"),
        ("+CGDCONT", [Off], "?", "+CGDCONT:{s}{cid},\"IP\",\"cmnbiot\",,0,0|OK"),
        ("+CSQ", [Off], " ", "+CSQ:{s}99,99|OK"),
        ("+CESQ", [Off], " ", "+CESQ:{s}99,99,255,255,255,255|OK"),
        ("+NUESTATS", [Off], "", "OK"),
        ("*ENGINFO", [Off], "", "OK"),
        ("*ENGINFO", [Off], "=1", "OK"),
        ("+CEDRXRDP", ["AT+CEDRXS=1,5,\"0101\"", Off], " ", "+CEDRXRDP:{s}0|OK"),
        ("+NPSMR", ["AT+NPSMR=1", "AT+CPSMS=1,,,\"00100001\",\"00000000\"", "(wait 30)"], "?", "+NPSMR:{s}1,1|OK"),
        ("*ENTERSLEEP", ["AT+SM=LOCK"], " ", Refused),
        ("+NSOCR", ["AT+NSOCR=DGRAM,17,4000,1"], "=DGRAM,17,4000,1", Refused),
        ("+NSOCFG", [], "", Refused),
        ("+NSOCO", [], "", Refused),
        ("+NSOCO", [Off, "AT+NSOCR=STREAM,6,0,1"], "", NoNetwork),
        ("+NSOST", [], "", Refused),
        ("+NSOST", ["AT+NSOCR=STREAM,6,0,1"], "", Refused),
        ("+NSOST", [Off, "AT+NSOCR=DGRAM,17,0,1"], "", NoNetwork),
        ("+NSOSD", [], "", Refused),
        ("+NSOSD", ["AT+NSOCR=DGRAM,17,0,1"], "", Refused),
        ("+NSORF", [], "", Refused),
        ("+NSOCL", [], "", Refused),
        ("+IPSTART", [Off], "", NoNetwork),
        ("+IPSTART", ["AT+IPSTART=1,\"UDP\",\"192.0.2.1\",7"], "", Refused),
        ("+IPSEND", [], "", Refused),
        ("+IPRD", [], "", Refused),
        ("+IPCLOSE", [], "", Refused),
        ("+NPING", [Off], "", NoNetwork),
        ("+NPING", ["AT+NPING=192.0.2.1"], "", Refused),
        ("+PING", [Off], "", NoNetwork),
        ("+CMDNS", [Off], "", NoNetwork),
        ("+CMDNSGIP", [Off], "", NoNetwork),
        ("+MIPLCREATE", [Create], "", NoInstance),
        ("+MIPLCREATE", [Create], " ", NoInstance),
        ("+MIPLCREATEEX", [Create], "", NoInstance),
        ("+MIPLDELETE", [], "", NoInstance),
        ("+MIPLADDOBJ", [], "", NoInstance),
        ("+MIPLDELOBJ", [], "", NoInstance),
        ("+MIPLDELOBJ", [Create], "", NoInstance),
        ("+MIPLDISCOVERRSP", [], "", NoInstance),
        ("+MIPLOPEN", [], "", NoInstance),
        ("+MIPLOPEN", [], "?", NotRegistered),
        ("+MIPLOPEN", [Create], "?", NotRegistered),
        ("+MIPLOPEN", [Registering], "", NotRegistered),
        ("+MIPLOPEN", [Registering], "?", NotRegistered),
        ("+MIPLOPEN", [Registered], "", NotRegistered),
        ("+MIPLOPEN", [Registered, Off], "?", NotRegistered),
        ("+MIPLUPDATE", [], "", NoInstance),
        ("+MIPLUPDATE", [Create], "", NotRegistered),
        ("+MIPLUPDATE", [Registering], "", "+CIS ERROR:652"),
        ("+MIPLUPDATE", [Registered, "AT+MIPLUPDATE=0,300,0"], "", "+CIS ERROR:652"),
        ("+MIPLUPDATE", [Registered, Off], "", NotRegistered),
        ("+MIPLCLOSE", [], "", NoInstance),
        ("+MIPLCLOSE", [Create], "", NotRegistered),
        ("+MIPLCLOSE", [Registered, "AT+MIPLUPDATE=0,300,0"], "", "+CIS ERROR:652"),
        ("+MIPLCLOSE", [Registered, "AT+MIPLCLOSE=0"], "", "+CIS ERROR:652"),
        ("+MIPLUPDATESET", [], "", NoInstance),
        ("+MIPLUPDATESET", [Registering], "", "+CIS ERROR:651"),
        ("+MIPLUPDATESET", [Registered], "", "+CIS ERROR:651"),
        ("+MIPLLTRDP", [], " ", "+MIPLLTRDP:0|OK"),
        ("+MIPLLTRDP", [Registering], " ", "+MIPLLTRDP:0|OK"),
        ("+MIPLLTRDP", [Registered, Off], " ", "+MIPLLTRDP:0|OK"),
        ("+MIPLNOTIFY", [], "", NoInstance),
        ("+MIPLNOTIFY", [Create], "", NoInstance),
        ("+MIPLREADRSP", [], "", NoInstance),
        ("+MIPLREADRSP", [Create], "", NotRegistered),
        ("+MIPLREADRSP", [Registered], "", NoInstance),
        ("+MIPLWRITERSP", [], "", NoInstance),
        ("+MIPLWRITERSP", [Create], "", NotRegistered),
        ("+MIPLWRITERSP", [Registered], "", NoInstance),
        ("+MIPLEXECUTERSP", [], "", NoInstance),
        ("+MIPLEXECUTERSP", [Create], "", NotRegistered),
        ("+MIPLEXECUTERSP", [Registered], "", NoInstance),
        ("+MIPLPARAMETERRSP", [], "", NoInstance),
        ("+MIPLPARAMETERRSP", [Create], "", NotRegistered),
        ("+MIPLPARAMETERRSP", [Registered], "", NoInstance),
        ("+MIPLOBSERVERSP", [], "", NoInstance),
        ("+MIPLOBSERVERSP", [Create], "", NotRegistered),
        ("+MIPLOBSERVERSP", [Registered], "", NoInstance),
        ("+MIPLMGR", [], "", NotRegistered),
        ("+MIPLMGR", [Create], "", NotRegistered),
        ("+MIPLMGR", [Registering], "", NotRegistered),
        ("+MIPLQMGR", [], "", NoInstance),
        ("+MIPLQMGR", [Create], "", "+MIPLQMGR:0,QUEUES=0,DROPPED=0,BUFFERS=0|OK"),
        ("+MIPLDEVINFO", [], "?", NoInstance),
        ("+MIPLDTLSNAT", [], "", NoInstance),
        ("+MIPLSOTAVER", [], "", NoInstance),
        ("+MIPLSOTAVER", [Registered], "", "+CIS ERROR:651"),
        ("+MIPLSOTA", [], "", NoInstance),
        ("+MIPLSOTA", [Create], "", NotRegistered),
        ("+MIPLSOTA", [Registered], "", NoInstance),
    ];

    /// <summary>Rows that no state of the radio and of the instance matters to.</summary>
    static readonly string[] Stateless =
    [
        "", "E0", "E1", "I", "+CIMI", "+CMEE", "+CLPLMN", "*MCGDEFCONT", "+NEARFCN", "+NCSEARFCN", "+NBAND", "*CMBAND", "*FRCLLCK",
        "+CPSMS", "+CEDRXS", "+NPTWEDRXS", "*MNBIOTEVENT", "*SLEEP", "*MATWAKEUP", "+SM", "+CGSN", "+GSN", "+CGMI", "+CGMM", "+CGMR",
        "+CMVER", "+SWVER", "+NCCID", "+ICCID", "+CPIN", "+CCLK", "+NCONFIG", "+NATSPEED", "+IPR", "+NCDP", "+NNMI", "+NSMI", "+CMSYSCTRL", "+CFGDUALMODE",
        "+CFGRATPRIO", "+IPRCFG", "+CMMUX", "+CMHEAD", "+CMSHOWPT", "+CMSHOWRA", "+NRB", "+CMRB", "+CMREBOOT", "+TRB", "+MIPLNMI", "+MIPLVER",
    ];

    static IEnumerable<string> Names => Rows.Select(r => r.Name);

    static IEnumerable<TestCaseData> Cases => WrongStates.Select(w => new TestCaseData(w.Name, w.Before, w.Command, w.Answer));

    [Test]
    public void Every_row_has_a_wrong_state_or_is_stateless() =>
        Assert.That(WrongStates.Select(w => w.Name).Distinct().Concat(Stateless), Is.EquivalentTo(Names));

    [Test]
    public void Every_requirement_of_a_row_has_its_case()
    {
        foreach (var row in Rows.Where(r => r.Requires >= AtRequirement.Instance))
            Assert.That(WrongStates, Has.Some.Matches<(string Name, string[] Before, string Command, string Answer)>(w => w.Name == row.Name && w is { Before.Length: 0, Answer: NoInstance }), row.Name);
        foreach (var row in Rows.Where(r => r.Requires == AtRequirement.Registered))
            Assert.That(WrongStates, Has.Some.Matches<(string Name, string[] Before, string Command, string Answer)>(w => w.Name == row.Name && w is { Before: [Create], Answer: NotRegistered }), row.Name);
    }

    [TestCaseSource(nameof(Cases))]
    public void A_wrong_state_is_answered(string name, string[] before, string command, string answer)
    {
        foreach (var profile in ProfilesOf(name))
        {
            var mcu = Start(name, profile);
            mcu.Command("AT+CMEE=1");
            foreach (var step in before)
                Prepare(mcu, step);
            mcu.Take();
            var sent = command switch { "" => RightFor(name, mcu), " " => $"AT{name}", _ => FillFor($"AT{name}{command}", mcu) };
            var expected = FillFor(answer, mcu).Replace("{s}", mcu.World.Module.Options.Profile.ColonSpaceOf(name), StringComparison.Ordinal);
            Assert.That(string.Join('|', mcu.Command(sent)).Replace(", ", ",", StringComparison.Ordinal), Is.EqualTo(expected), $"{profile.Name}: {sent}");
        }
    }

    static void Prepare(Mcu mcu, string step)
    {
        switch (step)
        {
            case Registered:
                mcu.Register();
                mcu.Advance(1);
                break;
            case Registering:
                mcu.Command("AT+MIPLCREATEEX=\"192.0.2.1\",0");
                mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
                Assert.That(mcu.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo(new[] { "OK" }));
                break;
            case "(wait 30)":
                mcu.Advance(30);
                break;
            default:
                Assert.That(mcu.Command(step)[^1], Is.EqualTo("OK"), step);
                break;
        }
    }

    [TestCaseSource(nameof(Stateless))]
    public void A_stateless_row_answers_the_same_in_every_state(string name)
    {
        foreach (var profile in ProfilesOf(name))
        {
            string[] commands = IsRestart(name) ? [$"AT{name}"] : [.. CommandsOf(name, Start(name, profile))];
            foreach (var command in commands)
            {
                var right = Answer(name, profile, command);
                Assert.That(right, Has.None.Contains("ERROR").And.Not.Empty, command);
                Assert.That(Answer(name, profile, command, Off), Is.EqualTo(right), $"{profile.Name}: {command} with the radio off");
                Assert.That(Answer(name, profile, command, Registering), Is.EqualTo(right), $"{profile.Name}: {command} while registering");
                Assert.That(Answer(name, profile, command, Registered), Is.EqualTo(right), $"{profile.Name}: {command} while registered");
            }
        }
    }

    static string[] Answer(string name, ModuleProfile profile, string command, params string[] before)
    {
        var mcu = Start(name, profile);
        foreach (var step in before)
            Prepare(mcu, step);
        mcu.Take();
        return [.. mcu.Command(command).Select(l => name == "+CCLK" ? l[..Math.Min(6, l.Length)] : l)];
    }

    /// <summary>Each form that the row has, the set form with its right example.</summary>
    static IEnumerable<string> CommandsOf(string name, Mcu mcu)
    {
        var forms = Row(name).Forms;
        if (forms.HasFlag(AtForms.Execute))
            yield return $"AT{name}";
        if (forms.HasFlag(AtForms.Read))
            yield return $"AT{name}?";
        if (forms.HasFlag(AtForms.Test))
            yield return $"AT{name}=?";
        if (forms.HasFlag(AtForms.Set))
            yield return RightFor(name, mcu);
    }

    [TestCaseSource(nameof(Names))]
    public void No_row_is_heard_while_the_module_restarts(string name)
    {
        foreach (var profile in ProfilesOf(name))
        {
            var deaf = Start(name, profile);
            var silent = Start(name, profile);
            deaf.World.Reset(ResetCause.Watchdog);
            silent.World.Reset(ResetCause.Watchdog);
            foreach (var command in CommandsOf(name, deaf))
                deaf.Send(command);
            deaf.Advance(10);
            silent.Advance(10);
            Assert.That(silent.Take(), Is.Not.Empty, "the boot lines");
            Assert.That(deaf.Raw, Is.EqualTo(silent.Raw), profile.Name);
        }
    }

    static string FillFor(string text, Mcu mcu) => Fill(text, new Dictionary<string, string>
    {
        ["cid"] = mcu.World.Module.Options.Profile.ContextId.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });
}
