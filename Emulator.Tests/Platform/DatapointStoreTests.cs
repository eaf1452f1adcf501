using System.Text.Json.Nodes;
using M531x.Emulator.Core.Platform;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

/// <summary>The contract of <see cref="IDatapointStore"/>, and the limit of the store in memory.</summary>
[TestFixture]
sealed class DatapointStoreTests
{
    const string Device = "500000001";
    const string Stream = "3303_0_5700";

    static readonly DateTimeOffset Start = new(2019, 4, 27, 16, 0, 0, TimeSpan.Zero);

    readonly MemoryDatapointStore _store = new(pointsPerStream: 3);

    [SetUp]
    public void Clear() => _store.Remove(Device);

    [Test]
    public void A_full_stream_keeps_its_newest_points()
    {
        Add(Stream, 1, 2, 3, 4);

        Assert.That(Query(null, null, 100), Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [TestCase(null, 2, new[] { 2, 3 })]
    [TestCase(1, 2, new[] { 1, 2 })]
    [TestCase(2, 100, new[] { 2, 3 })]
    public void With_a_start_the_limit_cuts_the_newest_points_and_otherwise_the_oldest(int? start, int limit, int[] expected)
    {
        Add(Stream, 1, 2, 3);

        Assert.That(Query(start, null, limit), Is.EqualTo(expected));
    }

    [Test]
    public void Start_and_end_are_included()
    {
        Add(Stream, 1, 2, 3);

        Assert.That(Query(2, 2, 100), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Streams_come_in_the_order_of_their_first_points()
    {
        Add("b", 1);
        Add("a", 2);
        Add("b", 3);

        Assert.That(_store.StreamsOf(Device), Is.EqualTo(new[] { "b", "a" }));
        Assert.That(_store.Last(Device, "b")?.At, Is.EqualTo(At(3)));
    }

    [Test]
    public void A_removed_device_has_no_streams()
    {
        Add(Stream, 1);

        _store.Remove(Device);

        Assert.That(_store.StreamsOf(Device), Is.Empty);
        Assert.That(_store.Last(Device, Stream), Is.Null);
        Assert.That(Query(null, null, 100), Is.Empty);
    }

    static DateTimeOffset At(int second) => Start.AddSeconds(second);

    void Add(string stream, params int[] seconds)
    {
        foreach (var second in seconds)
            _store.Add(Device, stream, new Datapoint(At(second), JsonValue.Create(second)));
    }

    int[] Query(int? start, int? end, int limit) =>
        [.. _store.Query(Device, Stream, start is { } s ? At(s) : null, end is { } e ? At(e) : null, limit).Select(p => p.Value.GetValue<int>())];
}
