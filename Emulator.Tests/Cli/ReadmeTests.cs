using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using M531x.Emulator.Cli;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Scenarios;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Tests.Interop.Dtls;
using M531x.Lwm2m;
using M531x.Tools.InteropMatrix;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Cli;

/// <summary>
/// The README's command table is made from the command rows, its fidelity table from the profiles: with M531X_UPDATE_DOCS=1 this test renews
/// them. The table of DTLS peers is tools/interop-matrix's.
/// </summary>
public sealed class ReadmeTests
{
    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_command_table_is_up_to_date(string name) => Check(name, "commands", Commands());

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_fidelity_table_is_up_to_date(string name) => Check(name, "fidelity", Fidelity());

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_fault_table_is_up_to_date(string name) => Check(name, "faults", Faults());

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_table_of_dtls_peers_shows_the_matrix(string name) => Check(name, "interop", MatrixTable.Render(InteropRun.Matrix()));

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_event_table_is_up_to_date(string name) => Check(name, "events", Events());

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_tables_of_scenarios_are_up_to_date(string name)
    {
        Check(name, "steps", Keys("step", ScenarioShapes.StepShape.Keys));
        Check(name, "scenario-keys", Keys("key", ScenarioShapes.Root.Keys.Where(k => k.Name != "steps")));
        Check(name, "counters", Table("counter", ScenarioSubjects.Names.Select(n => ($"`{n}`", ScenarioSubjects.Summary(n)))));
    }

    [Test]
    public void The_schema_of_scenarios_for_editors_is_up_to_date()
    {
        var path = Path.Combine(RepositoryRoot(), "Emulator.Core", "Scenarios", "scenario.schema.json");
        if (Environment.GetEnvironmentVariable("M531X_UPDATE_DOCS") == "1")
            File.WriteAllText(path, ScenarioSchema.Text());
        Assert.That(File.ReadAllText(path), Is.EqualTo(ScenarioSchema.Text()), "renew it with: M531X_UPDATE_DOCS=1 dotnet test --filter ReadmeTests");
    }

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_table_of_exit_codes_is_up_to_date(string name) =>
        Check(name, "exit-codes", Table("code", ExitCodes.All.Select(c => ($"{(int)c.Code}", c.Summary))));

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void Every_option_of_a_test_is_described(string name)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), name));
        Assert.That(TestCommand.Create().Options.Select(o => o.Aliases.FirstOrDefault(a => a.Length == 2) ?? o.Name).Where(o => !text.Contains($"[{o}", StringComparison.Ordinal) && !text.Contains($"m531x test {o}`", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void Every_option_of_a_run_is_described(string name)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), name));
        Assert.That(new RunOptions().All.Select(o => o.Name).Where(o => !System.Text.RegularExpressions.Regex.IsMatch(text, $"`{o}[ `]")), Is.Empty);
    }

    static void Check(string name, string mark, string table)
    {
        var path = Path.Combine(RepositoryRoot(), name);
        var text = File.ReadAllText(path);
        var start = text.IndexOf('\n', text.IndexOf($"<!-- {mark}:", StringComparison.Ordinal)) + 1;
        var end = text.IndexOf($"<!-- /{mark} -->", StringComparison.Ordinal);
        var renewed = text[..start] + table + text[end..];
        if (Environment.GetEnvironmentVariable("M531X_UPDATE_DOCS") == "1")
            File.WriteAllText(path, renewed);
        else
            Assert.That(text, Is.EqualTo(renewed), "renew it with: M531X_UPDATE_DOCS=1 dotnet test --filter ReadmeTests");
    }

    static string Commands()
    {
        var table = new StringBuilder("| command | forms | manual | modules | time in ms | |\n|---|---|---|---|---|---|\n");
        foreach (var row in CommandTable.Rows)
            table.Append(CultureInfo.InvariantCulture, $"| `AT{row.Name}` | {Forms(row)} | {row.Section} | {Modules(row)} | {Time(row.Delay)} | {row.Summary} |\n");
        return table.ToString();
    }

    static string Keys(string head, IEnumerable<ScenarioKey> keys) => Table(head, keys.Select(k => ($"`{k.Name}`", Inner(k.Value) is { Length: > 0 } inner ? $"{k.Summary}: {inner}" : k.Summary)));

    /// <summary>The keys of a mapping that stands there.</summary>
    static string Inner(ScenarioValue value) => value switch
    {
        ScenarioValue.Mapping mapping => string.Join(", ", mapping.Shape.Names.Select(n => $"`{n}`")),
        ScenarioValue.OneOrMany many => Inner(many.Item),
        ScenarioValue.Either either => string.Concat(either.Options.Select(Inner)),
        _ => "",
    };

    static string Table(string head, IEnumerable<(string Name, string Summary)> rows) =>
        $"| {head} | |\n|---|---|\n{string.Concat(rows.Select(r => $"| {r.Name} | {r.Summary} |\n"))}";

    /// <summary>Usually and at worst, and what supports it.</summary>
    static string Time(CommandDelay delay) => string.Create(CultureInfo.InvariantCulture,
        $"{delay.Range.Typical.TotalMilliseconds}-{delay.Range.Slowest.TotalMilliseconds} {delay.Evidence.ToString().ToLowerInvariant()}");

    static string Faults()
    {
        var table = new StringBuilder("| target | type | attributes | |\n|---|---|---|---|\n");
        foreach (var type in FaultCatalog.All)
        {
            var attributes = string.Join(", ", type.Attributes.Select(a => $"`{a.Name}` {(a.Choices.Count > 0 ? string.Join("/", a.Choices) : a.Summary)} (`{a.Default}`)"));
            table.Append(CultureInfo.InvariantCulture, $"| {type.Target.ToString().ToLowerInvariant()} | `{type.Name}` | {attributes} | {type.Summary} |\n");
        }
        table.Append("\n| preset | stands for |\n|---|---|\n");
        foreach (var (name, faults) in FaultCatalog.Presets)
            table.Append(CultureInfo.InvariantCulture, $"| `{name}` | {string.Join("; ", faults.Select(Given))} |\n");
        return table.ToString();

        static string Given(FaultSpec spec) => $"`{string.Join(',', (IEnumerable<string>)[spec.Type.Name,
            .. spec.Probability < 1 ? [string.Create(CultureInfo.InvariantCulture, $"probability={spec.Probability}")] : Array.Empty<string>(),
            .. spec.Attributes.Select(a => $"{a.Key}={a.Value}")])}`";
    }

    /// <summary>Numbers and truths are marked, what may be left out has a question mark.</summary>
    static string Events()
    {
        var table = new StringBuilder("| layer | ev | fields | |\n|---|---|---|---|\n");
        foreach (var row in TraceCatalog.All)
            table.Append(CultureInfo.InvariantCulture, $"| {row.Layer} | `{row.Name}` | {string.Join(", ", row.Fields.Select(Field))} | {row.Summary} |\n");
        return table.ToString();

        static string Field(TraceFieldInfo field) =>
            $"{field.Name}{(field.IsOptional ? "?" : "")}{(field.Type == TraceFieldType.Text ? "" : field.Type == TraceFieldType.Number ? " n" : " b")}";
    }

    /// <summary>Which profiles have the command.</summary>
    static string Modules(AtCommand row)
    {
        var with = ModuleProfile.All.Where(p => p.Commands.ContainsKey(row.Name)).ToList();
        return with.Count == ModuleProfile.All.Count ? "all" : string.Join(", ", with.Select(p => p.Model));
    }

    /// <summary>How well each item of each profile is supported, and how many commands stand on what.</summary>
    static string Fidelity()
    {
        var profiles = ModuleProfile.All;
        var table = new StringBuilder($"| item | {string.Join(" | ", profiles.Select(p => p.Model))} |\n|---|{string.Concat(profiles.Select(_ => "---|"))}\n");
        foreach (var item in profiles[0].Facts.Select(f => f.Item))
            Row(Words(item), p => p.Facts.Single(f => f.Item == item).Evidence.ToString().ToLowerInvariant());
        foreach (var evidence in Enum.GetValues<Evidence>())
            Row($"commands {evidence.ToString().ToLowerInvariant()}", p => p.Commands.Count(c => c.Value == evidence).ToString(CultureInfo.InvariantCulture));
        Row("quirks by default", p => p.QuirkFacts.Count > 0 ? string.Join(", ", p.QuirkFacts.Select(f => $"`{f.Item}` ({f.Evidence.ToString().ToLowerInvariant()})")) : "-");
        return table.ToString();

        void Row(string item, Func<ModuleProfile, string> cell) => table.Append(CultureInfo.InvariantCulture, $"| {item} | {string.Join(" | ", profiles.Select(cell))} |\n");
    }

    /// <summary>colonSpace becomes colon space.</summary>
    static string Words(string item) => string.Concat(item.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    static string Forms(AtCommand row)
    {
        List<string> forms = [];
        if (row.Has(AtForms.Execute))
            forms.Add("execute");
        if (row.Has(AtForms.Set))
            forms.Add($"`={row.Syntax}`");
        if (row.Has(AtForms.Read))
            forms.Add("`?`");
        return string.Join(", ", forms);
    }

    static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
