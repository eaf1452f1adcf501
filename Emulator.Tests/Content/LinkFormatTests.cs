using FsCheck;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class LinkFormatTests
{
    [Test]
    public void A_registration_is_written_as_the_module_sends_it()
    {
        var text = LinkFormat.Write([Link("/", ("rt", "oma.lwm2m")), Link("/0/0"), Link("/3200/0")]);
        Assert.That(text, Is.EqualTo("""</>;rt="oma.lwm2m",</0/0>,</3200/0>"""));
    }

    [Test]
    public void Attributes_are_quoted_by_name_or_need()
    {
        var text = LinkFormat.Write(
        [
            Link("/3", ("ver", "1.1"), ("pmin", "10"), ("gt", "-5.5"), ("dim", "8"), ("obs", null), ("ct", "0 42"), ("x", ""), ("y", "a,b")),
        ]);
        Assert.That(text, Is.EqualTo("""</3>;ver="1.1";pmin=10;gt=-5.5;dim=8;obs;ct="0 42";x="";y="a,b" """.TrimEnd()));
    }

    [Test]
    public void No_links_are_no_text()
    {
        Assert.That(LinkFormat.Write([]), Is.Empty);
        Assert.That(Read(""), Is.Empty);
    }

    [Test]
    public void Separators_inside_quotes_belong_to_the_value()
    {
        var links = Read("""</a>;title="x,</b>;y=\"1\\2\"";n=1,</c>""");
        Assert.That(links, Is.EqualTo(new[] { """/a title=x,</b>;y="1\2" n=1""", "/c" }));
    }

    [TestCase("</a> ; rt = oma.lwm2m , </b>", "/a rt=oma.lwm2m|/b")]
    [TestCase("</a>,", "/a")]
    [TestCase(",</a>,,</b>", "/a|/b")]
    [TestCase("</a>;;n=1;", "/a n=1")]
    [TestCase("</a>;obs;n=", "/a obs n=")]
    [TestCase("</a>;n=<=>", "/a n=<=>")]
    [TestCase("<>", "")]
    public void Harmless_deviations_are_read(string text, string expected)
    {
        Assert.That(string.Join('|', Read(text)), Is.EqualTo(expected));
    }

    [TestCase("/a")]
    [TestCase("</a")]
    [TestCase("</a></b>")]
    [TestCase("</a> x")]
    [TestCase("</a>;=1")]
    [TestCase("</a>;n=\"1")]
    [TestCase("</a>;n=\"1\\\"")]
    [TestCase("</a>;n=\"1\"2")]
    [TestCase("</a>;n=1\"2")]
    [TestCase("</a>,x")]
    public void Malformed_text_is_refused(string text)
    {
        Assert.That(LinkFormat.TryParse(text, out var links), Is.False);
        Assert.That(links, Is.Empty);
    }

    [FsCheck.NUnit.Property]
    public void Written_links_read_back((ushort Object, NonNull<string>[] Values)[] given)
    {
        var links = given
            .Select(g => new Link($"/{g.Object}", [.. (g.Values ?? []).Select((v, i) => new KeyValuePair<string, string?>($"a{i}", v.Get))]))
            .ToArray();
        Assert.That(LinkFormat.TryParse(LinkFormat.Write(links), out var read), Is.True);
        Assert.That(read.Select(l => l.Target), Is.EqualTo(links.Select(l => l.Target)));
        Assert.That(read.Select(l => l.Attributes), Is.EqualTo(links.Select(l => l.Attributes)));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void Reading_any_text_never_throws(NonNull<string> text)
    {
        Assert.That(() => LinkFormat.TryParse(text.Get, out _), Throws.Nothing);
        Assert.That(() => LinkFormat.TryParse("</1>;a=" + text.Get, out _), Throws.Nothing);
    }

    static Link Link(string target, params (string Name, string? Value)[] attributes) =>
        new(target, [.. attributes.Select(a => new KeyValuePair<string, string?>(a.Name, a.Value))]);

    static string[] Read(string text)
    {
        Assert.That(LinkFormat.TryParse(text, out var links), Is.True);
        return [.. links.Select(l => string.Join(' ', [l.Target, .. l.Attributes.Select(a => a.Value is null ? a.Key : $"{a.Key}={a.Value}")]))];
    }
}
