using M531x.Dtls;
using M531x.Tools.InteropMatrix;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>The matrix of the repository. That a run agrees with it, each case checks itself (<see cref="InteropRun.Record"/>).</summary>
public sealed class MatrixTests
{
    static readonly string[] Peers = ["BouncyCastle.Cryptography", "GnuTLS", "OpenSSL", "libcoap/GnuTLS", "libcoap/OpenSSL", "mbedTLS"];

    [Test]
    public void It_has_every_peer_in_each_role_with_each_suite()
    {
        var rows = InteropRun.Matrix().Select(r => $"{r.Peer} {r.Role} {r.Suite}");
        Assert.That(rows, Is.EquivalentTo(
            from peer in Peers from role in new[] { "client", "server" } from suite in DtlsCipherSuites.ShortNames select $"{peer} {role} {suite}"));
    }

    [Test]
    public void It_has_the_same_cases_for_each_suite()
    {
        foreach (var peer in InteropRun.Matrix().GroupBy(r => (r.Peer, r.Role)))
        {
            Assert.That(peer.Select(r => string.Join(", ", r.Cases.Keys)).Distinct().ToList(), Has.Count.EqualTo(1), peer.Key.ToString());
            Assert.That(peer.First().Cases.Keys, Is.SupersetOf(new[] { "close", "data", "fragments", "wrong key" }), peer.Key.ToString());
        }
    }

    [Test]
    public void The_suite_that_every_device_must_have_works_with_every_peer()
    {
        var mandatory = InteropRun.Matrix().Where(r => r.Suite == "ccm8").ToList();
        Assert.That(mandatory, Has.Count.EqualTo(2 * Peers.Length));
        foreach (var row in mandatory)
            Assert.That(row.Cases.Where(c => c.Key != "resumption" && c.Key != "plain hello").Select(c => c.Value), Is.All.EqualTo(MatrixRow.Ok), $"{row.Peer} {row.Role}");
    }

    [Test]
    public void The_table_says_what_works_and_what_is_not_offered()
    {
        List<MatrixRow> rows =
        [
            new("Beta", "2.0", "server", "ccm8", new() { ["data"] = "ok", ["resumption"] = "not offered" }),
            new("Alpha", "1.0", "client", "cbc", new() { ["data"] = "ok" }),
            new("Alpha", "1.0", "client", "gcm", new() { ["data"] = "not offered" }),
        ];
        Assert.That(MatrixTable.Render(rows), Is.EqualTo("""
            | peer | as | CCM_8 | CCM | GCM | CBC-SHA256 |
            |---|---|---|---|---|---|
            | Alpha 1.0 | client | - | - | - | ok |
            | Beta 2.0 | server | ok, no resumption | - | - | - |

            """.ReplaceLineEndings("\n")));
    }
}
