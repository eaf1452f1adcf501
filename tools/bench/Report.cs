using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace M531x.Tools.Bench;

/// <summary>The contests as tables for people and as JSON.</summary>
static class Report
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Print(TextWriter output, Contest contest)
    {
        var results = contest.Results().ToList();
        output.WriteLine();
        output.WriteLine(contest.Title);
        output.WriteLine($"  {"",-30} {"per second",10} {"spread",7} {"bytes",8} {"ours to it",11}  {"to reach",-10}");
        foreach (var result in results)
        {
            var toReach = result.RatioToReach is { } ratio ? $"{Number(ratio)} {Word(result.Ratio >= ratio)}"
                : result.BytesToReach is { } bytes ? $"{Number(bytes)} bytes {Word(result.BytesEach < bytes + 0.5)}" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {result.Side,-30} {result.PerSecond,10:N0} {result.Spread,7:P0} {result.BytesEach,8:N0} {result.Ratio,11:0.00}  {toReach,-10}"));
        }
        foreach (var result in results.Where(r => r.Remark.Length > 0))
            output.WriteLine($"    {result.Side}: {result.Remark}");
    }

    public static void Write(string path, IEnumerable<Contest> contests) =>
        File.WriteAllText(path, JsonSerializer.Serialize(contests.Select(c => new { c.Title, Results = c.Results() }), Json) + "\n");

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    static string Word(bool reached) => reached ? "reached" : "missed";
}
