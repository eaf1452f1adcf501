using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;
using static M531x.Emulator.Tests.At.RowBench;

namespace M531x.Emulator.Tests.At;

/// <summary>Every row of the command table: each of its forms on each profile that has it, the forms it lacks, and wrong parameters. Wrong states: <see cref="RowStateTests"/>.</summary>
public sealed class RowCoverageTests
{
    static IEnumerable<string> WithParameters => Rows.Where(r => r.Has(AtForms.Set)).Select(r => r.Name);

    static IEnumerable<string> WithoutParameters => Rows.Where(r => !r.Has(AtForms.Set)).Select(r => r.Name);

    /// <summary>Standards have a test form without a line for these, and for what takes no parameters.</summary>
    static readonly string[] SilentTests = ["+CCLK"];

    static IEnumerable<TestCaseData> Forms() =>
        from profile in ModuleProfile.All
        from row in Rows
        where profile.Commands.ContainsKey(row.Name)
        from form in new[] { AtForms.Execute, AtForms.Read, AtForms.Test }
        where !(IsRestart(row.Name) && form == AtForms.Execute)
        select new TestCaseData(profile.Name, row.Name, form.ToString());

    static IEnumerable<TestCaseData> Sets() =>
        from profile in ModuleProfile.All
        from name in WithParameters
        where profile.Commands.ContainsKey(name)
        // Where the data are prompted for: PromptSocketTests.
        where !(name == "+IPSEND" && profile.Sockets == SocketDialect.Prompt)
        select new TestCaseData(profile.Name, name);

    [Test]
    public void Every_row_with_parameters_has_its_examples() => Assert.That(Examples.Keys, Is.EquivalentTo(WithParameters));

    [TestCaseSource(nameof(Sets))]
    public void The_set_form_is_accepted(string profile, string name)
    {
        var (mcu, values) = ReadyFor(name, ModuleProfile.Find(profile));
        Assert.That(mcu.Command($"AT{name}={Fill(Examples[name].Right, values)}")[^1], Is.EqualTo("OK"));
    }

    [TestCaseSource(nameof(Forms))]
    public void A_form_is_answered_when_the_row_has_it_and_refused_when_not(string profile, string name, string formName)
    {
        var form = Enum.Parse<AtForms>(formName);
        var mcu = ReadyFor(name, ModuleProfile.Find(profile), form).Mcu;
        var answer = mcu.Command($"AT{name}{form switch { AtForms.Read => "?", AtForms.Test => "=?", _ => "" }}");
        if ((Row(name).Forms & form) == 0)
        {
            Assert.That(answer, Is.EqualTo(new[] { SyntaxError(name) }));
            return;
        }
        Assert.That(answer[^1], Is.EqualTo("OK"));
        var space = Row(name).IsMipl ? "" : mcu.World.Module.Options.Profile.ColonSpaceOf(name);
        Assert.That(answer[..^1].Where(l => l.StartsWith(name + ":", StringComparison.Ordinal)), Has.All.StartsWith($"{name}:{space}").And.None.StartsWith($"{name}:{space} "));
        if (form == AtForms.Test)
            Assert.That(answer[..^1], Has.Length.EqualTo(!Row(name).Has(AtForms.Set) && name is not ("+CSQ" or "+CESQ") || SilentTests.Contains(name) ? 0 : 1));
    }

    [TestCaseSource(nameof(WithParameters))]
    public void A_wrong_parameter_is_refused(string name)
    {
        var (mcu, values) = ReadyFor(name);
        Assert.That(mcu.Command($"AT{name}={Fill(Examples[name].Wrong, values)}"), Is.EqualTo(new[] { SyntaxError(name) }));
    }

    [TestCaseSource(nameof(WithoutParameters))]
    public void A_parameter_that_the_row_does_not_have_is_refused(string name)
    {
        var mcu = ReadyFor(name).Mcu;
        foreach (var arguments in (string[])["", "0", "\"x\""])
            Assert.That(mcu.Command($"AT{name}={arguments}"), Is.EqualTo(new[] { SyntaxError(name) }), arguments);
    }

    [TestCaseSource(nameof(WithParameters))]
    public void Too_many_and_too_few_parameters_are_refused(string name)
    {
        var (mcu, values) = ReadyFor(name);
        var row = Row(name);
        var right = Split(Fill(Examples[name].Right, values));
        var padded = right.Concat(Enumerable.Repeat("", row.Parameters.Count - right.Length)).Append("1");
        Assert.That(mcu.Command($"AT{name}={string.Join(',', padded)}"), Is.EqualTo(new[] { SyntaxError(name) }), "too many");
        var required = row.Parameters.Count(p => !p.Optional);
        Assert.That(mcu.Command($"AT{name}={string.Join(',', right.Take(required - 1))}"), Is.EqualTo(new[] { SyntaxError(name) }), "too few");
        for (var i = 0; i < required; i++)
        {
            var without = right.ToArray();
            without[i] = "";
            Assert.That(mcu.Command($"AT{name}={string.Join(',', without)}"), Is.EqualTo(new[] { SyntaxError(name) }), $"without {row.Parameters[i].Name}");
        }
    }

    [TestCaseSource(nameof(WithParameters))]
    public void Every_number_is_held_to_its_range(string name)
    {
        var (mcu, values) = ReadyFor(name);
        var right = Split(Fill(Examples[name].Right, values));
        for (var i = 0; i < right.Length; i++)
        {
            var parameter = Row(name).Parameters[i];
            if (parameter.Kind != AtParameterKind.Integer)
                continue;
            foreach (var wrong in (string[])[Number(parameter.Min - 1), Number(parameter.Max + 1), "x", "1.5"])
            {
                var arguments = right.ToArray();
                arguments[i] = wrong;
                Assert.That(mcu.Command($"AT{name}={string.Join(',', arguments)}"), Is.EqualTo(new[] { SyntaxError(name) }), $"{parameter.Name} = {wrong}");
            }
        }

        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The arguments as they are written, quotes and all.</summary>
    static string[] Split(string arguments)
    {
        Assert.That(AtArguments.TrySplit(arguments, out var items));
        return [.. items.Select(a => a.Quoted ? $"\"{a.Text}\"" : a.Text)];
    }
}
