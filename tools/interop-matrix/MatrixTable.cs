using System.Globalization;
using System.Text;

namespace M531x.Tools.InteropMatrix;

/// <summary>The README's table: peers and their roles down, suites across.</summary>
static class MatrixTable
{
    static readonly (string Name, string Title)[] Suites = [("ccm8", "CCM_8"), ("ccm", "CCM"), ("gcm", "GCM"), ("cbc", "CBC-SHA256")];

    public static string Render(IReadOnlyList<MatrixRow> rows)
    {
        var table = new StringBuilder($"| peer | as | {string.Join(" | ", Suites.Select(s => s.Title))} |\n|---|---|{string.Concat(Suites.Select(_ => "---|"))}\n");
        foreach (var peer in rows.GroupBy(r => (r.Peer, r.Version, r.Role)).OrderBy(g => g.Key))
        {
            var cells = Suites.Select(s => Cell(peer.SingleOrDefault(r => r.Suite == s.Name)));
            table.Append(CultureInfo.InvariantCulture, $"| {peer.Key.Peer} {peer.Key.Version} | {peer.Key.Role} | {string.Join(" | ", cells)} |\n");
        }
        return table.ToString();
    }

    /// <summary>The text with the table renewed between its marks.</summary>
    public static string Replace(string text, string table)
    {
        var start = text.IndexOf('\n', text.IndexOf("<!-- interop:", StringComparison.Ordinal)) + 1;
        var end = text.IndexOf("<!-- /interop -->", StringComparison.Ordinal);
        return text[..start] + table + text[end..];
    }

    static string Cell(MatrixRow? row)
    {
        if (row is null || row.Cases.Values.All(result => result == MatrixRow.NotOffered))
            return "-";
        var without = row.Cases.Where(c => c.Value != MatrixRow.Ok).Select(c => c.Key).ToList();
        return without.Count == 0 ? "ok" : $"ok, no {string.Join(", no ", without)}";
    }
}
