using System.Text.RegularExpressions;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Architecture;

public sealed class CommandTableTests
{
    [TestCaseSource(typeof(CommandTable), nameof(CommandTable.Rows))]
    public void A_row_is_documented(object item)
    {
        var row = (AtCommand)item;
        Assert.That(row.Section, Is.Not.Empty, "a manual section, a standard's, a family, or - for what none describes");
        Assert.That(!row.IsMipl || Regex.IsMatch(row.Section, @"^([1-6]\.\d{1,2}|-)$"), "a manual section, or - for what the manual lacks");
        Assert.That(row.Summary, Is.Not.Empty.And.Not.EndsWith(".").And.Not.Contains("  "));
        Assert.That(row.Name, Is.EqualTo(row.Name.ToUpperInvariant()));
        Assert.That((row.Delay.Range.Slowest >= row.Delay.Range.Typical, row.Delay.Source.Length > 0), Is.EqualTo((true, true)));
        Assert.That(ModuleProfile.All, Has.Some.Matches<ModuleProfile>(p => p!.Commands.ContainsKey(row.Name)));
    }

    [TestCaseSource(typeof(CommandTable), nameof(CommandTable.Rows))]
    public void A_row_has_a_form_and_parameters_only_for_a_set_form(object item)
    {
        var row = (AtCommand)item;
        Assert.That(row.Forms & ~AtForms.Test, Is.Not.EqualTo((AtForms)0));
        Assert.That(row.Parameters.Count > 0, Is.EqualTo(row.Has(AtForms.Set)));
        Assert.That(row.Parameters.Where(p => !p.Hidden).Select(p => p.Name), Is.Unique.And.All.Matches<string>(n => Regex.IsMatch(n!, "^[a-zA-Z_-]+$")));
        // A missing one in the middle would shift those behind it.
        Assert.That(row.Parameters.SkipWhile(p => !p.Optional), Has.All.Matches<AtParameter>(p => p!.Optional));
        Assert.That(row.Parameters, Has.All.Matches<AtParameter>(p => p!.Min <= p.Max));
    }

    /// <summary>The headings of manual chapters 1 and 2: command, section, forms beside =?.</summary>
    [TestCase("+MIPLCREATE", "1.1", AtForms.Execute | AtForms.Set)]
    [TestCase("+MIPLDELETE", "1.2", AtForms.Set)]
    [TestCase("+MIPLADDOBJ", "1.3", AtForms.Set)]
    [TestCase("+MIPLDELOBJ", "1.4", AtForms.Set)]
    [TestCase("+MIPLDISCOVERRSP", "1.5", AtForms.Set)]
    [TestCase("+MIPLOPEN", "1.6", AtForms.Set | AtForms.Read)]
    [TestCase("+MIPLUPDATE", "1.7", AtForms.Set)]
    [TestCase("+MIPLCLOSE", "1.8", AtForms.Set)]
    [TestCase("+MIPLNOTIFY", "1.9", AtForms.Set)]
    [TestCase("+MIPLREADRSP", "1.11", AtForms.Set)]
    [TestCase("+MIPLWRITERSP", "1.13", AtForms.Set)]
    [TestCase("+MIPLEXECUTERSP", "1.15", AtForms.Set)]
    [TestCase("+MIPLPARAMETERRSP", "1.17", AtForms.Set)]
    [TestCase("+MIPLOBSERVERSP", "1.19", AtForms.Set)]
    [TestCase("+MIPLNMI", "2.1", AtForms.Set | AtForms.Read)]
    [TestCase("+MIPLMGR", "2.2", AtForms.Set)]
    [TestCase("+MIPLQMGR", "2.3", AtForms.Set)]
    [TestCase("+MIPLUPDATESET", "2.4", AtForms.Set)]
    [TestCase("+MIPLCREATEEX", "2.5", AtForms.Set)]
    [TestCase("+MIPLDEVINFO", "2.6", AtForms.Read)]
    [TestCase("+MIPLDTLSNAT", "2.7", AtForms.Set)]
    [TestCase("+MIPLLTRDP", "2.8", AtForms.Execute)]
    public void The_manuals_commands_are_there(string name, string section, object forms)
    {
        var row = CommandTable.Find(name, ModuleProfile.M5310A);
        Assert.That(row, Is.Not.Null);
        Assert.That((row!.Section, row.Forms & ~AtForms.Test), Is.EqualTo((section, (AtForms)forms)));
    }

    [Test]
    public void Names_and_aliases_are_unique()
    {
        var names = CommandTable.Rows.SelectMany(r => r.Alias is null ? [r.Name] : new[] { r.Name, r.Alias });
        Assert.That(names, Is.Unique);
        Assert.That(CommandTable.Find("+MIPLDEL", ModuleProfile.M5310A)!.Name, Is.EqualTo("+MIPLDELETE"));
    }
}
