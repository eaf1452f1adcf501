using FsCheck;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class ObserveAttributesTests
{
    static readonly ResourcePath Resource = new(3200, 0, 5750);

    [Test]
    public void A_full_set_is_described_as_the_manual_shows_it()
    {
        var attributes = Parse("st=2", "gt=60", "lt=0", "pmax=90", "pmin=18");
        Assert.That(attributes, Is.EqualTo(new ObserveAttributes { Pmin = 18, Pmax = 90, Lt = 0, Gt = 60, St = 2 }));
        Assert.That(attributes.Describe("stp"), Is.EqualTo("pmin=18;pmax=90;lt=0.0;gt=60.0;stp=2.0"));
        Assert.That(attributes.Describe("st"), Is.EqualTo("pmin=18;pmax=90;lt=0.0;gt=60.0;st=2.0"));
    }

    [TestCase("pmin=0", "pmin=0")]
    [TestCase("pmax=1", "pmax=1")]
    [TestCase("gt=-5.25", "gt=-5.2")]
    [TestCase("st=0.5", "stp=0.5")]
    [TestCase("pmin", "")]
    public void Only_given_attributes_are_described(string query, string expected)
    {
        Assert.That(Parse(query).Describe("stp"), Is.EqualTo(expected));
    }

    [Test]
    public void No_query_is_an_empty_set()
    {
        Assert.That(Parse(), Is.EqualTo(ObserveAttributes.Empty));
    }

    [TestCase("pmin=10", "pmax=10")]
    [TestCase("pmin=10", "pmax=9")]
    [TestCase("pmax=0")]
    [TestCase("pmin=-1")]
    [TestCase("pmin=")]
    [TestCase("pmin=1.5")]
    [TestCase("pmin= 1")]
    [TestCase("pmin=2147483648")]
    [TestCase("lt=5", "gt=5")]
    [TestCase("lt=6", "gt=5")]
    [TestCase("lt=1", "gt=5", "st=2")]
    [TestCase("lt=1", "gt=5", "st=3")]
    [TestCase("st=-1")]
    [TestCase("gt=")]
    [TestCase("gt=x")]
    [TestCase("gt=NaN")]
    [TestCase("gt=1e5")]
    [TestCase("pmin=1", "pmin=2")]
    [TestCase("pmin", "pmin=2")]
    [TestCase("stp=1")]
    [TestCase("PMIN=1")]
    [TestCase("pmin=1", "x=2")]
    [TestCase("")]
    [TestCase("=1")]
    public void A_bad_set_is_refused(params string[] queries)
    {
        Assert.That(ObserveAttributes.TryParse(queries, Resource, out var attributes), Is.False);
        Assert.That(attributes, Is.EqualTo(ObserveAttributes.Empty));
    }

    [TestCase("lt=1", "gt=5", "st=1.9")]
    [TestCase("lt=1", "st=100")]
    [TestCase("gt=1", "st=100")]
    [TestCase("pmin=10", "pmax=11")]
    public void A_set_just_inside_its_bounds_is_taken(params string[] queries)
    {
        Assert.That(ObserveAttributes.TryParse(queries, Resource, out _), Is.True);
    }

    [TestCase("gt=1")]
    [TestCase("lt=1")]
    [TestCase("st=1")]
    [TestCase("st")]
    public void Thresholds_need_a_resource(string query)
    {
        Assert.That(ObserveAttributes.TryParse([query], new ResourcePath(3200, 0), out _), Is.False);
        Assert.That(ObserveAttributes.TryParse([query], new ResourcePath(3200), out _), Is.False);
        Assert.That(ObserveAttributes.TryParse([query], Resource, out _), Is.True);
    }

    [Test]
    public void Periods_may_stand_on_an_instance_or_an_object()
    {
        Assert.That(ObserveAttributes.TryParse(["pmin=1", "pmax=2"], new ResourcePath(3200, 0), out _), Is.True);
        Assert.That(ObserveAttributes.TryParse(["pmin=1", "pmax"], new ResourcePath(3200), out _), Is.True);
    }

    [Test]
    public void Merging_replaces_the_given_removes_the_bare_and_keeps_the_rest()
    {
        var existing = Parse("pmin=1", "pmax=9", "lt=1", "gt=8", "st=2");
        var merged = Parse("pmin=5", "pmax", "st").MergeOnto(existing);
        Assert.That(merged, Is.EqualTo(new ObserveAttributes { Pmin = 5, Lt = 1, Gt = 8 }));
    }

    [Test]
    public void Two_sets_that_are_fine_alone_may_contradict_when_merged()
    {
        var merged = Parse("pmin=10").MergeOnto(Parse("pmax=5"));
        Assert.That(merged.IsConsistent, Is.False);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Reading_any_queries_never_throws(NonNull<string>[] queries, NonNull<string> value)
    {
        Assert.That(() => ObserveAttributes.TryParse([.. queries.Select(q => q.Get)], Resource, out _), Throws.Nothing);
        Assert.That(() => ObserveAttributes.TryParse(["gt=" + value.Get], Resource, out _), Throws.Nothing);
    }

    static ObserveAttributes Parse(params string[] queries)
    {
        Assert.That(ObserveAttributes.TryParse(queries, Resource, out var attributes), Is.True);
        return attributes;
    }
}
