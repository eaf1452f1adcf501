using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual chapter 3: which error a command answers in which state.</summary>
public sealed class ErrorTests
{
    const string Report = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0";
    const string ReadAnswer = "AT+MIPLREADRSP=0,1,1,3200,0,5750,1,4,\"test\",0,0";

    [TestCase("AT+MIPLDELETE=0", "+CIS ERROR:653")]
    [TestCase("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0", "+CIS ERROR:653")]
    [TestCase("AT+MIPLDELOBJ=0,3200", "+CIS ERROR:653")]
    [TestCase("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "+CIS ERROR:653")]
    [TestCase("AT+MIPLOPEN=0,300", "+CIS ERROR:653")]
    [TestCase("AT+MIPLUPDATE=0,300,0", "+CIS ERROR:653")]
    [TestCase("AT+MIPLCLOSE=0", "+CIS ERROR:653")]
    [TestCase(Report, "+CIS ERROR:653")]
    [TestCase(ReadAnswer, "+CIS ERROR:653")]
    [TestCase("AT+MIPLWRITERSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLEXECUTERSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLPARAMETERRSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLOBSERVERSP=0,1,1", "+CIS ERROR:653")]
    [TestCase("AT+MIPLQMGR=0", "+CIS ERROR:653")]
    [TestCase("AT+MIPLUPDATESET=0,1", "+CIS ERROR:653")]
    [TestCase("AT+MIPLDTLSNAT=0,120", "+CIS ERROR:653")]
    [TestCase("AT+MIPLDEVINFO?", "+CIS ERROR:653")]
    [TestCase("AT+MIPLMGR=0", "+CIS ERROR:602")]
    [TestCase("AT+MIPLOPEN?", "+CIS ERROR:602")]
    [TestCase("AT+MIPLLTRDP", "+MIPLLTRDP:0|OK")]
    [TestCase("AT+MIPLNMI=0,0,0", "OK")]
    public void Without_an_instance(string command, string answer) => Assert.That(new Mcu().Ask(command), Is.EqualTo(answer));

    [TestCase("AT+MIPLUPDATE=0,300,0", "+CIS ERROR:602")]
    [TestCase("AT+MIPLCLOSE=0", "+CIS ERROR:602")]
    [TestCase("AT+MIPLMGR=0", "+CIS ERROR:602")]
    [TestCase(ReadAnswer, "+CIS ERROR:602")]
    [TestCase("AT+MIPLREADRSP=0,1,11", "+CIS ERROR:602")]
    [TestCase("AT+MIPLWRITERSP=0,1,2", "+CIS ERROR:602")]
    [TestCase("AT+MIPLEXECUTERSP=0,1,2", "+CIS ERROR:602")]
    [TestCase("AT+MIPLPARAMETERRSP=0,1,2", "+CIS ERROR:602")]
    [TestCase("AT+MIPLOBSERVERSP=0,1,1", "+CIS ERROR:602")]
    [TestCase(Report, "OK")]
    [TestCase("AT+MIPLQMGR=0", "+MIPLQMGR:0,QUEUES=0,DROPPED=0,BUFFERS=0|OK")]
    [TestCase("AT+MIPLUPDATESET=0,1", "OK")]
    [TestCase("AT+MIPLCREATE", "+CIS ERROR:653")]
    public void With_an_instance_that_is_not_registered(string command, string answer)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0");
        Assert.That(mcu.Ask(command), Is.EqualTo(answer));
    }

    [TestCase("AT+MIPLREADRSP=0,1,11", "+CIS ERROR:653")]
    [TestCase("AT+MIPLWRITERSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLEXECUTERSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLPARAMETERRSP=0,1,2", "+CIS ERROR:653")]
    [TestCase("AT+MIPLOBSERVERSP=0,1,1", "+CIS ERROR:653")]
    [TestCase("AT+MIPLREADRSP=0,4294967295,11", "+CIS ERROR:653")]
    [TestCase("AT+MIPLREADRSP=0,4294967296,11", "+CIS ERROR:601")]
    [TestCase("AT+MIPLOPEN=0,300", "+CIS ERROR:602")]
    [TestCase("AT+MIPLUPDATESET=0,0", "+CIS ERROR:651")]
    [TestCase("AT+MIPLADDOBJ=0,0,1,\"1\",0,0", "+CIS ERROR:651")]
    [TestCase("AT+MIPLDELOBJ=0,9999", "+CIS ERROR:653")]
    public void Registered(string command, string answer)
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu);
        Assert.That(mcu.Ask(command), Is.EqualTo(answer));
    }

    [TestCase("AT+MIPLDELETE=1")]
    [TestCase("AT+MIPLDELETE=")]
    [TestCase("AT+MIPLDELETE")]
    [TestCase("AT+MIPLDELETE?")]
    [TestCase("AT+MIPLDELETE=0,0")]
    [TestCase("AT+MIPLDELETE=x")]
    [TestCase("AT+MIPLDELETE=99999999999999999999")]
    [TestCase("AT+MIPLCLOSE=\"0")]
    [TestCase("AT+MIPLADDOBJ=0,3200,1,\"1\",0")]
    [TestCase("AT+MIPLUPDATESET=0,2")]
    [TestCase("AT+MIPLLTRDP=0")]
    [TestCase("AT+MIPLLTRDP?")]
    [TestCase("AT+MIPLOPEN")]
    [TestCase("AT+MIPLDEVINFO")]
    public void Syntax_comes_first(string command)
    {
        Assert.That(new Mcu().Ask(command), Is.EqualTo("+CIS ERROR:601"));
        var mcu = new Mcu();
        FakeServer.Register(mcu);
        Assert.That(mcu.Ask(command), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"), "and nothing happened");
    }

    [TestCase("AT+MIPLFOO=0")]
    [TestCase("AT+MIPLEXECUTE=0,1,2")]
    [TestCase("AT+MIPLNOTIFYX=0")]
    [TestCase("AT_DELETE", Description = "R25")]
    [TestCase("HELLO")]
    [TestCase("A")]
    [TestCase("AT+")]
    [TestCase("AT=0")]
    public void What_is_no_command_is_a_plain_error(string command) => Assert.That(new Mcu().Ask(command), Is.EqualTo("ERROR"));
}
