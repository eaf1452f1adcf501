using System.Net;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Faults;

/// <summary>When a fault acts: its chance, its time, and that no other fault shifts it.</summary>
public sealed class FaultSetTests
{
    const int Things = 400;
    static readonly IPEndPoint Server = IPEndPoint.Parse("192.0.2.1:5683");

    static FaultSpec Make(string type, double probability = 1, string? name = null) => FaultCatalog.Make(type) with { Name = name ?? type, Probability = probability };

    static FaultSet SetOf(params FaultSpec[] specs)
    {
        var set = new FaultSet(new SeededRandom(7));
        foreach (var spec in specs)
            set.Add(TimeSpan.Zero, spec);
        return set;
    }

    /// <summary>Numbers of the datagrams on which the fault of that name acted.</summary>
    static List<int> ActedOn(string name, params FaultSpec[] specs)
    {
        var set = SetOf(specs);
        var path = new PathFaults(set);
        List<int> acted = [];
        for (var i = 0; i < Things; i++)
        {
            path.Pass(TimeSpan.FromSeconds(i), up: i % 2 == 0, Server, new byte[100]);
            while (set.TryTakeFired(out var fired))
            {
                if (fired.Name == name)
                    acted.Add(i);
            }
        }
        return acted;
    }

    [Test]
    public void Another_fault_never_shifts_what_one_does()
    {
        var alone = ActedOn("corrupt", Make("corrupt", 0.3));
        var beside = ActedOn("corrupt", Make("latency", 0.5), Make("duplicate", 0.5), Make("corrupt", 0.3));
        Assert.That(alone, Has.Count.InRange(80, 160));
        Assert.That(beside, Is.EqualTo(alone));
    }

    [Test]
    public void A_fault_that_settles_things_first_takes_them_away_and_shifts_nothing()
    {
        var alone = ActedOn("corrupt", Make("corrupt", 0.3));
        var lost = ActedOn("loss", Make("loss", 0.3), Make("corrupt", 0.3));
        var beside = ActedOn("corrupt", Make("loss", 0.3), Make("corrupt", 0.3));
        Assert.That(lost.Intersect(alone), Is.Not.Empty);
        Assert.That(beside, Is.EqualTo(alone.Except(lost)));
    }

    [Test]
    public void Two_of_one_type_draw_apart()
    {
        var alone = ActedOn("b", Make("corrupt", 0.3, "b"));
        var first = ActedOn("a", Make("corrupt", 0.3, "a"), Make("corrupt", 0.3, "b"));
        var second = ActedOn("b", Make("corrupt", 0.3, "a"), Make("corrupt", 0.3, "b"));
        Assert.That(first, Is.Not.EqualTo(alone));
        Assert.That(second, Is.EqualTo(alone.Except(first)));
    }

    [Test]
    public void Losses_of_a_burst_follow_each_other()
    {
        var single = Runs(ActedOn("loss", Make("loss", 0.1)));
        var bursts = Runs(ActedOn("loss", FaultCatalog.Make("loss", ("burst", "8")) with { Probability = 0.02 }));
        Assert.That(bursts.Average(), Is.GreaterThan(2 * single.Average()));

        static List<int> Runs(List<int> acted) => [.. acted.Select((at, i) => at - i).GroupBy(start => start).Select(run => run.Count())];
    }

    [Test]
    public void After_for_times_direction_and_match_bound_it()
    {
        var spec = Make("corrupt") with { After = TimeSpan.FromSeconds(10), For = TimeSpan.FromSeconds(20), Direction = FaultDirection.Down, Times = 5 };
        Assert.That(ActedOn("corrupt", spec), Is.EqualTo(new[] { 11, 13, 15, 17, 19 }));
        Assert.That(ActedOn("corrupt", spec with { Times = null }), Is.EqualTo(new[] { 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 }));
        Assert.That(ActedOn("corrupt", spec with { Match = "up 192" }), Is.Empty);
        Assert.That(ActedOn("corrupt", spec with { Match = "/^down .* 100 bytes$/" }), Has.Count.EqualTo(5));
    }

    [Test]
    public void A_lasting_fault_ends_when_its_time_is_over_and_when_it_is_removed()
    {
        var set = SetOf(Make("no-coverage") with { For = TimeSpan.FromSeconds(5) }, Make("csq"));
        Assert.That(Due(set, 0), Is.EqualTo(new[] { "no-coverage begins", "csq begins" }));
        Assert.That((set.NextDeadline, Due(set, 4)), Is.EqualTo((TimeSpan.FromSeconds(5), Array.Empty<string>())));
        Assert.That(Due(set, 5), Is.EqualTo(new[] { "no-coverage ends" }));
        Assert.That(set.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        set.Clear();
        Assert.That((set.NextDeadline, Due(set, 6)), Is.EqualTo((TimeSpan.Zero, new[] { "csq ends" })));
        Assert.That(set.IsEmpty);
    }

    static string[] Due(FaultSet set, int seconds)
    {
        List<string> due = [];
        while (set.TryTakeDue(TimeSpan.FromSeconds(seconds), out var fault, out var begins))
            due.Add($"{fault.Spec.Name} {(begins ? "begins" : "ends")}");
        return [.. due];
    }

    [Test]
    public void A_name_that_fails_is_late_as_well()
    {
        var names = new NameFaults(SetOf(Make("dns-fail"), Make("wrong-address"), FaultCatalog.Make("dns-slow", ("delay", "7s"))));
        Assert.That(names.Ask(TimeSpan.Zero, "example.com"), Is.EqualTo(new NameFate(true, null, TimeSpan.FromSeconds(7))));
        names = new NameFaults(SetOf(FaultCatalog.Make("wrong-address", ("address", "192.0.2.9"))));
        Assert.That(names.Ask(TimeSpan.Zero, "example.com"), Is.EqualTo(new NameFate(false, IPAddress.Parse("192.0.2.9"), TimeSpan.Zero)));
    }
}
