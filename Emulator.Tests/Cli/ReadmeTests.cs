using System.Runtime.CompilerServices;
using System.Text;
using M531x.Emulator.At;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Cli;

/// <summary>The README's command table is made from the command rows. With M531X_UPDATE_DOCS=1 this test renews it.</summary>
public sealed class ReadmeTests
{
    const string End = "<!-- /commands -->";

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void The_command_table_is_up_to_date(string name)
    {
        var path = Path.Combine(RepositoryRoot(), name);
        var text = File.ReadAllText(path);
        var start = text.IndexOf('\n', text.IndexOf("<!-- commands", StringComparison.Ordinal)) + 1;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        var renewed = text[..start] + Table() + text[end..];
        if (Environment.GetEnvironmentVariable("M531X_UPDATE_DOCS") == "1")
            File.WriteAllText(path, renewed);
        else
            Assert.That(text, Is.EqualTo(renewed), "renew it with: M531X_UPDATE_DOCS=1 dotnet test --filter ReadmeTests");
    }

    static string Table()
    {
        var table = new StringBuilder("| command | forms | manual | |\n|---|---|---|---|\n");
        foreach (var row in CommandTable.Rows)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `AT{row.Name}` | {Forms(row)} | {row.Section} | {row.Summary} |\n");
        return table.ToString();
    }

    static string Forms(AtCommand row)
    {
        List<string> forms = [];
        if (row.Execute is not null)
            forms.Add("execute");
        if (row.Set is not null)
            forms.Add($"`={row.Syntax}`");
        if (row.Read is not null)
            forms.Add("`?`");
        return string.Join(", ", forms);
    }

    static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
