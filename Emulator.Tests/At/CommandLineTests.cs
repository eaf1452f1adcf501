using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

/// <summary>Command lines at the UART, to the byte.</summary>
public sealed class CommandLineTests
{
    [TestCase("AT\r", "\r\nOK\r\n")]
    [TestCase("at\r\n", "\r\nOK\r\n")]
    [TestCase("  AT  \r", "\r\nOK\r\n")]
    [TestCase("\r\n\r", "")]
    [TestCase("ATI\r", "\r\nCMIOT\r\n\r\nM5310-A\r\n\r\nOK\r\n")]
    [TestCase("AT+CSQ\r", "\r\n+CSQ:24,99\r\n\r\nOK\r\n")]
    [TestCase("at+csq\r", "\r\n+CSQ:24,99\r\n\r\nOK\r\n")]
    [TestCase("AT+cSq \r", "\r\n+CSQ:24,99\r\n\r\nOK\r\n")]
    [TestCase("AT +CSQ\r", "\r\n+CSQ:24,99\r\n\r\nOK\r\n")]
    [TestCase("AT+CEREG =1\r", "\r\nOK\r\n")]
    [TestCase("AT+CEREG = 1\r", "\r\nOK\r\n")]
    [TestCase("AT+CEREG ?\r", "\r\n+CEREG:0,1\r\n\r\nOK\r\n")]
    [TestCase("AT+CSQ;+CEREG?\r", "\r\n+CSQ:24,99\r\n\r\n+CEREG:0,1\r\n\r\nOK\r\n")]
    [TestCase("AT+CSQ;+NONE;+CEREG?\r", "\r\n+CSQ:24,99\r\n\r\nERROR\r\n")]
    [TestCase("AT+CSQ;+MIPLVER?\r", "\r\n+CSQ:24,99\r\n\r\n+MIPLVER:2.3.0\r\n\r\nOK\r\n")]
    [TestCase("AT+CEREG=6\r", "\r\nERROR\r\n")]
    [TestCase("AT+CEREG=\r", "\r\nERROR\r\n")]
    [TestCase("AT+CSQ?\r", "\r\nERROR\r\n")]
    [TestCase("AT+CSQ=1\r", "\r\nERROR\r\n")]
    [TestCase("AT+NONE\r", "\r\nERROR\r\n")]
    [TestCase("AT+MIPLNONE=0\r", "\r\nERROR\r\n")]
    [TestCase("AT_DELETE\r\n", "\r\nERROR\r\n")]
    [TestCase("HELLO\r", "\r\nERROR\r\n")]
    [TestCase("A\r", "\r\nERROR\r\n")]
    [TestCase("AT+MIPLOPEN\r", "\r\n+CIS ERROR:601\r\n")]
    [TestCase("AT+MIPLOPEN=0,60,\"30\r", "\r\n+CIS ERROR:601\r\n")]
    [TestCase("AT+MIPLOPEN=0,60\r", "\r\n+CIS ERROR:653\r\n")]
    [TestCase("AT+MIPLCREATE\r", "\r\n+MIPLCREATE:0\r\n\r\nOK\r\n")]
    [TestCase("AT+MIPLVER?\r", "\r\n+MIPLVER:2.3.0\r\n\r\nOK\r\n")]
    [TestCase("\u0080AT\r", "\r\nERROR\r\n")]
    [TestCase("AT\u0080\rAT\r", "\r\nERROR\r\n\r\nOK\r\n")]
    public void A_line_is_answered_to_the_byte(string sent, string answer) => Assert.That(Exchange(new Mcu(), sent), Is.EqualTo(answer));

    [Test]
    public void A_burst_is_worked_off_in_order() =>
        Assert.That(Exchange(new Mcu(), "AT+CIMI\rAT+CSQ\rAT+NONE\rAT\r"),
            Is.EqualTo("\r\n460041064826326\r\n\r\nOK\r\n\r\n+CSQ:24,99\r\n\r\nOK\r\n\r\nERROR\r\n\r\nOK\r\n"));

    [Test]
    public void A_line_comes_in_pieces_too()
    {
        var mcu = new Mcu();
        foreach (var c in "AT+CSQ")
            Assert.That(Exchange(mcu, c.ToString()), Is.Empty);
        Assert.That(Exchange(mcu, "\r"), Is.EqualTo("\r\n+CSQ:24,99\r\n\r\nOK\r\n"));
    }

    [TestCase(4000, "OK")]
    [TestCase(4096, "OK")]
    [TestCase(4097, "ERROR")]
    [TestCase(10000, "ERROR")]
    public void A_long_line_passes_or_is_refused_and_the_next_is_good(int length, string final)
    {
        var mcu = new Mcu();
        Assert.That(Exchange(mcu, "AT".PadRight(length) + "\r"), Is.EqualTo($"\r\n{final}\r\n"));
        Assert.That(Exchange(mcu, "AT\r"), Is.EqualTo("\r\nOK\r\n"));
    }

    [Test]
    public void Echo_repeats_every_byte_until_it_is_off()
    {
        var mcu = new Mcu();
        Assert.That(Exchange(mcu, "ATE1\r"), Is.EqualTo("\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "AT+CSQ\r\n"), Is.EqualTo("AT+CSQ\r\r\n+CSQ:24,99\r\n\r\nOK\r\n\n"));
        Assert.That(Exchange(mcu, "AX\bT"), Is.EqualTo("AX\bT"));
        Assert.That(Exchange(mcu, "\r"), Is.EqualTo("\r\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "ATE0\r"), Is.EqualTo("ATE0\r\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "ATE\rAT\r"), Is.EqualTo("\r\nOK\r\n\r\nOK\r\n"));
    }

    [Test]
    public void Error_numbers_come_on_demand_and_for_general_commands_only()
    {
        var mcu = new Mcu();
        Assert.That(Exchange(mcu, "AT+CMEE?\r"), Is.EqualTo("\r\n+CMEE:0\r\n\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "AT+CMEE=1\r"), Is.EqualTo("\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "AT+CEREG=9\r"), Is.EqualTo("\r\n+CME ERROR: 50\r\n"));
        Assert.That(Exchange(mcu, "AT+MIPLOPEN=0\r"), Is.EqualTo("\r\n+CIS ERROR:601\r\n"));
        Assert.That(Exchange(mcu, "AT_DELETE\r"), Is.EqualTo("\r\nERROR\r\n"));
        Assert.That(Exchange(mcu, "AT+CFOO\r"), Is.EqualTo("\r\nERROR\r\n"), "no such command");
        Assert.That(Exchange(mcu, "AT+CMEE=0\r"), Is.EqualTo("\r\nOK\r\n"));
        Assert.That(Exchange(mcu, "AT+CEREG=9\r"), Is.EqualTo("\r\nERROR\r\n"));
    }

    [TestCaseSource(nameof(Names))]
    public void The_test_form_works_without_an_instance_and_shows_the_parameters(string name)
    {
        var row = CommandTable.Rows.Single(r => r.Name == name);
        var profile = ModuleProfile.All.First(p => p.Commands.ContainsKey(name)) with { EchoByDefault = false };
        var answer = Exchange(new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = profile } }), $"AT{name}=?\r");
        if ((row.Forms & AtForms.Test) == 0)
            Assert.That(answer, Is.EqualTo("\r\nERROR\r\n"));
        else if (row.Parameters.Count == 0 && !row.HasTestAnswer)
            Assert.That(answer, Is.EqualTo("\r\nOK\r\n"));
        else if (!row.IsMipl)
            Assert.That(answer, Is.EqualTo("\r\nOK\r\n").Or.StartsWith($"\r\n{name}:").And.EndWith("\r\nOK\r\n"), "a general row may have no ranges to show");
        else
            Assert.That(answer, Does.StartWith($"\r\n{name}:").And.EndWith("\r\n\r\nOK\r\n"));
    }

    [TestCaseSource(nameof(Names))]
    public void A_form_that_a_row_lacks_is_an_error(string name)
    {
        var row = CommandTable.Rows.Single(r => r.Name == name);
        var error = row.IsMipl ? "\r\n+CIS ERROR:601\r\n" : "\r\nERROR\r\n";
        if (!row.Has(AtForms.Execute))
            Assert.That(Exchange(new Mcu(), $"AT{name}\r"), Is.EqualTo(error));
        if (!row.Has(AtForms.Read))
            Assert.That(Exchange(new Mcu(), $"AT{name}?\r"), Is.EqualTo(error));
        if (!row.Has(AtForms.Set))
            Assert.That(Exchange(new Mcu(), $"AT{name}=1\r"), Is.EqualTo(error));
        else
            Assert.That(Exchange(new Mcu(), $"AT{name}=\"\r"), Is.EqualTo(error));
    }

    [Test]
    public void An_event_that_arises_in_a_command_follows_its_final_line()
    {
        var mcu = new Mcu();
        mcu.Register();
        Assert.That(Exchange(mcu, "AT+MIPLOPEN?\r"), Is.EqualTo("\r\nOK\r\n\r\n+MIPLEVENT:0,6\r\n"));
        mcu.Send("AT+MIPLDELOBJ=0,3200");
        mcu.Send("AT+MIPLADDOBJ=0,3201,1,\"1\",0,0");
        mcu.Take();
        Assert.That(Exchange(mcu, "AT+MIPLNOTIFY=0,0,3201,0,5750,1,1,\"a\",0,0,7\r"), Is.EqualTo("\r\nOK\r\n\r\n+MIPLEVENT:0,25,7\r\n"));
        Assert.That(Exchange(mcu, "AT+MIPLNMI=0,0,1\r"), Is.EqualTo("\r\nOK\r\n"));
        mcu.World.Reset(M531x.Emulator.Core.Profiles.ResetCause.Watchdog);
        mcu.Advance(5);
        mcu.Send("AT+CEREG=1");
        mcu.Take();
        Assert.That(Exchange(mcu, "AT+CGATT=0\r"), Is.EqualTo("\r\nOK\r\n\r\n+CEREG:0\r\n"));
    }

    static IEnumerable<string> Names => CommandTable.Rows.Select(r => r.Name);

    static string Exchange(Mcu mcu, string bytes)
    {
        mcu.Take();
        var before = mcu.Raw.Length;
        mcu.World.Line.Send(Encoding.Latin1.GetBytes(bytes));
        mcu.Take();
        return mcu.Raw[before..];
    }
}
