using M531x.Emulator.Core.At;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

public sealed class AtLineTests
{
    [TestCase("", "", AtForms.Execute, "")]
    [TestCase("i", "I", AtForms.Execute, "")]
    [TestCase("+csq", "+CSQ", AtForms.Execute, "")]
    [TestCase(" +CSQ ", "+CSQ", AtForms.Execute, "")]
    [TestCase("+CEREG?", "+CEREG", AtForms.Read, "")]
    [TestCase("+CEREG ?", "+CEREG", AtForms.Read, "")]
    [TestCase("+CEREG=?", "+CEREG", AtForms.Test, "")]
    [TestCase("+CEREG = ? ", "+CEREG", AtForms.Test, "")]
    [TestCase("+CeReG =1", "+CEREG", AtForms.Set, "1")]
    [TestCase("+X=", "+X", AtForms.Set, "")]
    [TestCase("+X=a=b", "+X", AtForms.Set, "a=b")]
    [TestCase("+X=\"?\"", "+X", AtForms.Set, "\"?\"")]
    [TestCase("+X=0,?", "+X", AtForms.Set, "0,?")]
    [TestCase("=", "", AtForms.Set, "")]
    [TestCase("?", "", AtForms.Read, "")]
    public void A_command_is_taken_apart(string body, string name, object form, string arguments) =>
        Assert.That(AtLine.Parse(body), Is.EqualTo(new AtLine(name, (AtForms)form, arguments)));

    [TestCase("+CSQ;+CEREG?", "+CSQ|+CEREG?")]
    [TestCase("+CSQ;", "+CSQ|")]
    [TestCase("", "")]
    [TestCase("+X=\"a;b\";+CSQ", "+X=\"a;b\"|+CSQ")]
    [TestCase("+MIPLNOTIFY=0,a;b", "+MIPLNOTIFY=0,a;b")]
    [TestCase(" +miplopen=0;+CSQ", " +miplopen=0;+CSQ")]
    public void Semicolons_separate_general_commands_only(string body, string commands) =>
        Assert.That(string.Join('|', AtLine.SplitCommands(body)), Is.EqualTo(commands));
}
