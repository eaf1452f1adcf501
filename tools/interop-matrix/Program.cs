using M531x.Tools.InteropMatrix;

// Usage: dotnet run --project tools/interop-matrix [RESULTS]
// Takes the results of a run of the interoperability tests (by default the last one of the debug build), keeps them as the expected matrix
// and renews the table in the two READMEs. It refuses a run that lacks a cell of the matrix, as a failed or partial one does.
const string KeptFile = "Emulator.Tests/Interop/Dtls/matrix.json";

var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "emulator.sln")))
{
    if (Path.GetDirectoryName(root) is not { } above)
    {
        Console.Error.WriteLine("interop-matrix: not inside the repository");
        return 2;
    }
    root = above;
}

var results = args.Length > 0 ? args[0] : Path.Combine(root, "Emulator.Tests", "bin", "Debug", "net10.0", "dtls-interop.json");
if (!File.Exists(results))
{
    Console.Error.WriteLine($"interop-matrix: no {results}; run: dotnet test --filter TestCategory=Interop");
    return 2;
}

var rows = MatrixRow.Parse(File.ReadAllText(results));
var kept = Path.Combine(root, KeptFile);
if (File.Exists(kept))
{
    var has = rows.SelectMany(Cells).ToHashSet();
    var lost = MatrixRow.Parse(File.ReadAllText(kept)).SelectMany(Cells).Where(c => !has.Contains(c)).ToList();
    if (lost.Count > 0)
    {
        Console.Error.WriteLine($"interop-matrix: the run lacks {string.Join(", ", lost)}; delete {KeptFile} if that is meant");
        return 1;
    }
}

File.WriteAllText(kept, MatrixRow.Format(rows));
foreach (var name in new[] { "README.md", "README.zh-CN.md" })
{
    var path = Path.Combine(root, name);
    File.WriteAllText(path, MatrixTable.Replace(File.ReadAllText(path), MatrixTable.Render(rows)));
}
Console.WriteLine($"interop-matrix: {rows.Count} rows");
return 0;

static IEnumerable<string> Cells(MatrixRow row) => row.Cases.Keys.Select(c => $"{row.Peer}/{row.Role}/{row.Suite}/{c}");
