using FsCheck;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class ResourcePathTests
{
    static IEnumerable<TestCaseData> GoodPaths()
    {
        yield return new TestCaseData(new[] { "3200" }, new ResourcePath(3200));
        yield return new TestCaseData(new[] { "3200", "0" }, new ResourcePath(3200, 0));
        yield return new TestCaseData(new[] { "3200", "0", "5750" }, new ResourcePath(3200, 0, 5750));
        yield return new TestCaseData(new[] { "0", "65535", "65535" }, new ResourcePath(0, 65535, 65535));
    }

    [TestCaseSource(nameof(GoodPaths))]
    public void One_to_three_numbers_are_a_path(string[] segments, ResourcePath expected)
    {
        Assert.That(ResourcePath.TryParse(segments, out var path), Is.True);
        Assert.That(path, Is.EqualTo(expected));
    }

    [TestCase()]
    [TestCase("3", "0", "1", "2")]
    [TestCase("rd")]
    [TestCase("")]
    [TestCase("3", "")]
    [TestCase("65536")]
    [TestCase("99999999999")]
    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase(" 1")]
    [TestCase("1 ")]
    [TestCase("03")]
    [TestCase("00")]
    [TestCase("3", "0", "x")]
    [TestCase("٣")]
    public void Anything_else_is_no_path(params string[] segments)
    {
        Assert.That(ResourcePath.TryParse(segments, out var path), Is.False);
        Assert.That(path, Is.EqualTo(default(ResourcePath)));
    }

    [FsCheck.NUnit.Property]
    public void A_path_reads_back_from_what_it_prints(ushort obj, ushort instance, ushort resource, byte depth)
    {
        var path = (depth % 3) switch
        {
            0 => new ResourcePath(obj),
            1 => new ResourcePath(obj, instance),
            _ => new ResourcePath(obj, instance, resource),
        };
        Assert.That(ResourcePath.TryParse(path.ToString()[1..].Split('/'), out var read), Is.True);
        Assert.That(read, Is.EqualTo(path));
    }

    [FsCheck.NUnit.Property]
    public void Reading_never_throws(NonNull<string>[] segments)
    {
        Assert.That(() => ResourcePath.TryParse([.. segments.Select(s => s.Get)], out _), Throws.Nothing);
    }
}
