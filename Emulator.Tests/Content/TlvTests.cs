using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class TlvTests
{
    static IEnumerable<TestCaseData> Resources()
    {
        yield return new TestCaseData(5500, Lwm2mValue.Of(false), "E1157C00");
        yield return new TestCaseData(5501, Lwm2mValue.Of(-12), "E1157DF4");
        yield return new TestCaseData(5750, Lwm2mValue.Of("test"), "E4167674657374");
        yield return new TestCaseData(5700, Lwm2mValue.Of(20.123), "E4164441A0FBE7");
        yield return new TestCaseData(5505, Lwm2mValue.Of([0xE3, 0x09, 0xC8, 0x2F, 0xE6]), "E51581E309C82FE6");
        // LwM2M 1.0 §6.4.3.1: resources of the Device object.
        yield return new TestCaseData(0, Lwm2mValue.Of("Open Mobile Alliance"), "C800144F70656E204D6F62696C6520416C6C69616E6365");
        yield return new TestCaseData(9, Lwm2mValue.Of(100), "C10964");
        yield return new TestCaseData(13, Lwm2mValue.Of(1367491215L), "C40D5182428F");
        yield return new TestCaseData(255, Lwm2mValue.Of(true), "C1FF01");
        yield return new TestCaseData(256, Lwm2mValue.Of(""), "E00100");
    }

    [TestCaseSource(nameof(Resources))]
    public void A_resource_is_written_in_its_smallest_form(int id, Lwm2mValue value, string expected)
    {
        Assert.That(Convert.ToHexString(Tlv.EncodeResources([(id, value)])), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Resources))]
    public void A_resource_reads_back(int id, Lwm2mValue value, string written)
    {
        Assert.That(Tlv.TryDecode(Convert.FromHexString(written), out var entries), Is.True);
        Assert.That(entries, Has.Count.EqualTo(1));
        Assert.That((entries[0].Kind, entries[0].Id), Is.EqualTo((TlvKind.Resource, id)));
        Assert.That(Tlv.TryDecodeValue(entries[0].Value.Span, value.Type, out var read), Is.True);
        var expected = value is FloatValue number ? Lwm2mValue.Of((double)(float)number.Number) : value;
        Assert.That(read, Is.EqualTo(expected));
    }

    [Test]
    public void An_instance_wraps_its_resources()
    {
        var bytes = Tlv.EncodeInstance(0, [(5500, Lwm2mValue.Of(false)), (5501, Lwm2mValue.Of(-12)), (5750, Lwm2mValue.Of("test"))]);
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("08000FE1157C00E1157DF4E4167674657374"));

        Assert.That(Tlv.TryDecode(bytes, out var instances), Is.True);
        Assert.That(instances.Select(e => (e.Kind, e.Id)), Is.EqualTo(new[] { (TlvKind.ObjectInstance, 0) }));
        Assert.That(Tlv.TryDecode(instances[0].Value, out var resources), Is.True);
        Assert.That(resources.Select(e => e.Id), Is.EqualTo(new[] { 5500, 5501, 5750 }));
    }

    [Test]
    public void An_instance_without_resources_is_two_bytes()
    {
        Assert.That(Convert.ToHexString(Tlv.EncodeInstance(5, [])), Is.EqualTo("0005"));
    }

    [Test]
    public void A_multiple_resource_of_the_standard_reads_level_by_level()
    {
        // LwM2M 1.0 §6.4.3.1: Available Power Sources, instances 0 and 1 of resource 6.
        Assert.That(Tlv.TryDecode(Convert.FromHexString("8606410001410105"), out var entries), Is.True);
        Assert.That((entries[0].Kind, entries[0].Id), Is.EqualTo((TlvKind.MultipleResource, 6)));
        Assert.That(Tlv.TryDecode(entries[0].Value, out var inner), Is.True);
        Assert.That(inner.Select(e => (e.Kind, e.Id, e.Value.Span[0])), Is.EqualTo(new[]
        {
            (TlvKind.ResourceInstance, 0, (byte)1),
            (TlvKind.ResourceInstance, 1, (byte)5),
        }));
    }

    [TestCase(0, "C001")]
    [TestCase(7, "C701")]
    [TestCase(8, "C80108")]
    [TestCase(255, "C801FF")]
    [TestCase(256, "D0010100")]
    [TestCase(65535, "D001FFFF")]
    [TestCase(65536, "D801010000")]
    public void A_length_takes_the_fewest_bytes(int length, string header)
    {
        var output = new List<byte>();
        Tlv.Write(output, TlvKind.Resource, 1, new byte[length]);
        Assert.That(output, Has.Count.EqualTo(header.Length / 2 + length));
        Assert.That(Convert.ToHexString([.. output.Take(header.Length / 2)]), Is.EqualTo(header));
        Assert.That(Tlv.TryDecode(output.ToArray(), out var entries), Is.True);
        Assert.That(entries.Single().Value.Length, Is.EqualTo(length));
    }

    [TestCase(-1)]
    [TestCase(65536)]
    public void An_id_beyond_two_bytes_is_refused(int id)
    {
        Assert.That(() => Tlv.Write([], TlvKind.Resource, id, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase("C1", TestName = "The id is missing")]
    [TestCase("E115", TestName = "Half of the id is missing")]
    [TestCase("C801", TestName = "The length is missing")]
    [TestCase("D00101", TestName = "Half of the length is missing")]
    [TestCase("C101", TestName = "The value is missing")]
    [TestCase("C80105AABBCCDD", TestName = "The value is one byte short")]
    [TestCase("D801FFFFFF", TestName = "The length is the largest there is")]
    [TestCase("C1016400", TestName = "A byte follows the last entry")]
    public void Cut_content_is_refused(string hex)
    {
        Assert.That(Tlv.TryDecode(Convert.FromHexString(hex), out var entries), Is.False);
        Assert.That(entries, Is.Empty);
    }

    [Test]
    public void No_bytes_are_no_entries()
    {
        Assert.That(Tlv.TryDecode(default, out var entries), Is.True);
        Assert.That(entries, Is.Empty);
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Entries_round_trip((byte Kind, ushort Id, byte[] Value)[] given)
    {
        var output = new List<byte>();
        foreach (var (kind, id, value) in given)
            Tlv.Write(output, (TlvKind)(kind & 3), id, value ?? []);
        Assert.That(Tlv.TryDecode(output.ToArray(), out var entries), Is.True);
        Assert.That(
            entries.Select(e => (e.Kind, e.Id, Convert.ToHexString(e.Value.Span))),
            Is.EqualTo(given.Select(g => ((TlvKind)(g.Kind & 3), (int)g.Id, Convert.ToHexString(g.Value ?? [])))));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void Decoding_any_bytes_never_throws_and_never_reads_more_than_there_is(byte[] bytes)
    {
        if (Tlv.TryDecode(bytes, out var entries))
            Assert.That(entries.Sum(e => e.Value.Length + 2), Is.LessThanOrEqualTo(bytes.Length));
        else
            Assert.That(entries, Is.Empty);
    }
}
