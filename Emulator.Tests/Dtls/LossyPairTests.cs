using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>
/// Our client against our server through a network that loses up to 40 % of the datagrams, doubles and reorders them. Suite, extensions,
/// connection ids, resumption and the size of pieces are drawn from the seed.
/// </summary>
/// <remarks>
/// What holds for each seed:
/// <list type="bullet">
/// <item>When every byte of every flight has arrived in time, in whatever pieces of whatever copies, both sides are up and data flows. Else the
/// handshake is given up when its time is over, and only then.</item>
/// <item>A flight leaves once, and again at most for each time-out that fits into the time until its answer, and for each repeated arrival of
/// the end of the flight it answers; HelloVerifyRequest leaves for each hello without a cookie. Each copy of a flight has as many datagrams
/// as it has without losses, and nothing else leaves.</item>
/// </list>
/// </remarks>
public sealed class LossyPairTests
{
    const int Few = 300;
    const int Many = 10_000;

    [Test]
    public void Handshakes_finish_over_a_lossy_network() => Check(0, Few);

    /// <summary>The same at length: dotnet test --filter Category=Long.</summary>
    [Test, Category("Long"), Explicit("takes minutes")]
    public void Handshakes_finish_over_a_lossy_network_at_length() => Check(0, Many);

    /// <summary>So that the rules above are not true of nothing: most handshakes of the sample lose datagrams, repeat flights, and finish.</summary>
    [Test]
    public void The_sample_covers_what_it_is_for()
    {
        var runs = Enumerable.Range(0, 60).Select(seed => new LossyRun((ulong)seed)).ToList();
        foreach (var run in runs)
            Assert.That(run.Fault(), Is.Null);
        Assert.Multiple(() =>
        {
            Assert.That(runs.Count(r => r.IsUp), Is.InRange(40, 60));
            Assert.That(runs.Count(r => r.Lost > 0), Is.GreaterThan(40));
            Assert.That(runs.Count(r => r.Retransmissions > 0), Is.GreaterThan(30));
            Assert.That(runs.Count(r => r.IsUp && r.Resumed), Is.GreaterThan(5));
            Assert.That(runs.Select(r => r.Suite).Distinct().Count(), Is.EqualTo(4));
            Assert.That(runs.Count(r => r.UsesIds), Is.GreaterThan(10));
        });
    }

    static void Check(int first, int count)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            if (new LossyRun((ulong)seed).Fault() is { } fault)
                Assert.Fail($"seed {seed}: {fault}");
        }
    }
}
