using System.Collections.Concurrent;
using M531x.Dtls;
using M531x.Tools.InteropMatrix;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Collects what the peers did in this run. At its end the results go to dtls-interop.json, from which tools/interop-matrix makes the README's table.</summary>
[SetUpFixture]
sealed class InteropRun
{
    static readonly ConcurrentDictionary<(string Peer, PeerRole Role, DtlsCipherSuite Suite, string Case), string> Results = new();
    static readonly ConcurrentDictionary<string, string> Versions = new();

    static readonly Lazy<Dictionary<string, string>> Kept = new(() =>
        (from row in Matrix() from c in row.Cases select (Key: $"{row.Peer}/{row.Role}/{row.Suite}/{c.Key}", c.Value)).ToDictionary(c => c.Key, c => c.Value));

    /// <summary>The matrix of the repository.</summary>
    public static List<MatrixRow> Matrix() => MatrixRow.Parse(File.ReadAllText(InteropTools.InRepository("Emulator.Tests", "Interop", "Dtls", "matrix.json")));

    /// <summary>Notes the outcome of cases, at the end of their test. It must be the one that the repository's matrix tells.</summary>
    public static void Record(string peer, string version, PeerRole role, DtlsCipherSuite suite, bool offered, params string[] cases)
    {
        var result = offered ? MatrixRow.Ok : MatrixRow.NotOffered;
        Versions[peer] = version;
        foreach (var testCase in cases)
            Results[(peer, role, suite, testCase)] = result;
        foreach (var testCase in cases)
        {
            var cell = $"{peer}/{Word(role)}/{suite.ShortName()}/{testCase}";
            Assert.That(Kept.Value.GetValueOrDefault(cell), Is.EqualTo(result), $"{cell}: if the change is meant, renew the matrix with tools/interop-matrix");
        }
    }

    [OneTimeTearDown]
    public void Write()
    {
        PeerPrograms.Remove();
        if (Results.IsEmpty)
            return;
        var rows = from result in Results
                   group result by (result.Key.Peer, result.Key.Role, result.Key.Suite) into row
                   let cases = row.ToDictionary(r => r.Key.Case, r => r.Value)
                   select new MatrixRow(row.Key.Peer, Versions[row.Key.Peer], Word(row.Key.Role), row.Key.Suite.ShortName(), new(cases, StringComparer.Ordinal));
        File.WriteAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "dtls-interop.json"), MatrixRow.Format(rows));
    }

    static string Word(PeerRole role) => role == PeerRole.Client ? "client" : "server";
}
