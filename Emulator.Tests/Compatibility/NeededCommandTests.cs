using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>Every command that MCU programs send besides AT+MIPL is answered by the module they send it to.</summary>
public sealed class NeededCommandTests
{
    static readonly string[] Everywhere =
    [
        "AT", "ATE0", "ATE1", "ATI", "AT+CIMI", "AT+CGSN=1", "AT+CSQ", "AT+CESQ", "AT+CEREG?", "AT+CEREG=0", "AT+CEREG=1", "AT+CEREG=2", "AT+CEREG=5",
        "AT+CGATT?", "AT+CGATT=?", "AT+CGATT=1", "AT+CFUN?", "AT+CFUN=0", "AT+CFUN=1", "AT+CPSMS=1,,,\"10100101\",\"00100100\"", "AT+CPSMS=0",
        "AT+CEDRXS=0,5", "AT+CSCON=1", "AT+CCLK?", "AT+CGPADDR", "AT+CGPADDR=1", "AT+COPS?", "AT+CGDCONT?", "AT+CPIN?", "AT+CMEE=1",
    ];

    static readonly string[] OnM5310A =
    [
        "AT+NRB", "AT+NPSMR=1", "AT+NCDP?", "AT+NCDP=192.0.2.7,5683", "AT+NUESTATS", "AT+NUESTATS=CELL", "AT+NCCID", "AT+NATSPEED=115200,30,1,2,1,0,0",
        "AT+NBAND=8", "AT+NCONFIG=AUTOCONNECT,TRUE", "AT+NEARFCN=0,3555", "AT+NCSEARFCN", "AT+NNMI=1",
    ];

    static readonly string[] OnM5311 =
    [
        "AT+GSN", "AT+ICCID", "AT+CMRB", "AT+SM=LOCK", "AT+SM=UNLOCK", "AT+SM=LOCK_FOREVER", "AT+CMSYSCTRL=0,2", "AT*SLEEP=1", "AT*MATWAKEUP=1",
        "AT*ENTERSLEEP", "AT+CLPLMN", "AT+MIPLVER?",
    ];

    static readonly string[] OnM5313 = ["AT+TRB", "AT+CFGDUALMODE?", "AT+CFGRATPRIO=2", "AT+CGACT?", "AT+CGACT=1,1"];

    static IEnumerable<TestCaseData> Commands =>
    [
        .. new[] { "m5310a", "m5311" }.SelectMany(profile => Everywhere.Select(command => new TestCaseData(profile, command))),
        .. OnM5310A.Select(command => new TestCaseData("m5310a", command)),
        .. OnM5311.Select(command => new TestCaseData("m5311", command)),
        .. OnM5313.Select(command => new TestCaseData("m5313", command)),
    ];

    [TestCaseSource(nameof(Commands))]
    public void It_is_answered(string profile, string command)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } } });
        mcu.Take();
        mcu.Send(command);
        mcu.Advance(0.3);
        var answer = mcu.Take();
        if (command is "AT+NRB" or "AT+CMRB" or "AT+TRB")
        {
            Assert.That(answer, Has.Some.StartWith("REBOOTING"));
            mcu.Advance(10);
            Assert.That(mcu.Take(), Is.Not.Empty, "and is there again");
        }
        else
        {
            Assert.That(answer, Does.Contain("OK").And.None.Contains("ERROR"));
            Assert.That(answer.Length > 1, Is.EqualTo(Informs(command)), "information lines for a question alone");
        }
    }

    static bool Informs(string command) => command.EndsWith('?')
        ? command != "AT+NCDP?"
        : command is "ATI" or "AT+CIMI" or "AT+CGSN=1" or "AT+CSQ" or "AT+CESQ" or "AT+CGPADDR" or "AT+CGPADDR=1" or "AT+NUESTATS" or "AT+NUESTATS=CELL"
            or "AT+NCCID" or "AT+GSN" or "AT+ICCID" or "AT+CLPLMN";
}
