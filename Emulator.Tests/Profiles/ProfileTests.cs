using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Profiles;

public sealed class ProfileTests
{
    static IEnumerable<string> Names => ModuleProfile.All.Select(p => p.Name);

    [Test]
    public void The_five_modules_are_there_under_any_spelling_of_their_name()
    {
        Assert.That(ModuleProfile.All.Select(p => p.Model), Is.EqualTo(new[] { "M5310-A", "M5311", "M5312", "M5313", "N10SG" }));
        Assert.That(ModuleProfile.Find("M5310-A")!.Name, Is.EqualTo("m5310a"));
        Assert.That(ModuleProfile.Find("m9999"), Is.Null);
    }

    [TestCaseSource(nameof(Names))]
    public void Every_fact_has_a_source_and_every_command_a_row(string name)
    {
        var profile = ModuleProfile.Find(name)!;
        Assert.That(profile.Facts, Has.Count.GreaterThan(15).And.All.Matches<ProfileFact>(f => f!.Source.Length > 0));
        Assert.That(profile.Commands.Keys, Is.SubsetOf(CommandTable.Rows.Select(r => r.Name)));
        Assert.That(profile.QuirkFacts.Select(f => f.Item), Is.EqualTo(profile.Quirks.On.Select(q => QuirkCatalog.All.Single(i => i.Quirk == q).Name)));
        Assert.That(profile.QuirkFacts, Has.All.Matches<ProfileFact>(f => f!.Source.Length > 0));
        Assert.That(profile.Boot.Causes.Keys, Is.EquivalentTo(Enum.GetValues<ResetCause>()));
    }

    [Test]
    public void Automatic_update_and_lifetime_query_are_the_M5310A_s_alone()
    {
        foreach (var command in new[] { "+MIPLUPDATESET", "+MIPLLTRDP" })
            Assert.That(ModuleProfile.All.Where(p => p.Commands.ContainsKey(command)).Select(p => p.Name), Is.EqualTo(new[] { "m5310a" }));
    }

    [TestCaseSource(nameof(Names))]
    public void Every_limit_and_delay_of_the_manual_is_there_with_its_evidence(string name)
    {
        var profile = ModuleProfile.Find(name)!;
        Assert.That((profile.Limits.QueuedOperations, profile.Limits.QueuedBytes, profile.Limits.UnqueuedPayloadBytes), Is.EqualTo((40, 2048, 1024)));
        Assert.That((profile.Limits.PayloadBytes, profile.Limits.PskCharacters), Is.EqualTo((1000, 16)));
        Assert.That((profile.Limits.CachedMessages, profile.Limits.CachedBytes), Is.EqualTo((10, 2048)));
        foreach (var delay in new[] { profile.Delays.Answer, profile.Delays.Attach })
            Assert.That(delay.Slowest, Is.GreaterThan(delay.Typical).And.GreaterThan(TimeSpan.Zero));
        Assert.That(profile.Delays.Registration, Is.EqualTo(new DelaySpread(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10))));
        Assert.That(profile.Facts.Select(f => f.Item), Is.Unique.And.SupersetOf(new[]
        {
            "queuedOperations", "queuedBytes", "payloadBytes", "cachedMessages", "cachedBytes", "pskCharacters", "answerDelay", "attachDelay", "registrationDelay", "wakeDelay",
        }));
    }

    [TestCase("\"queuedOperations\"", "\"queued\"", "fact 'queuedOperations' is missing")]
    [TestCase("\"pskCharacters\": {\n      \"value\": 16", "\"pskCharacters\": {\n      \"value\": \"long\"", "limit 'pskCharacters' is no whole number above 0")]
    [TestCase("\"fastest\": 3.0", "\"fastest\": 11", "delay 'registrationDelay' is slower at best than at worst")]
    [TestCase("\"typical\": 20.0", "\"typical\": 121", "delay 'attachDelay' is slower usually than at worst")]
    [TestCase("\"delays\"", "\"delay\"", "unknown section 'delay'")]
    [TestCase("\"echo\"", "\"ecko\"", "fact 'echo' is missing")]
    [TestCase("\"baud\": {", "\"baut\": { \"value\": 1, \"evidence\": \"seen\", \"source\": \"x\" }, \"baud\": {", "unknown fact 'baut'")]
    [TestCase("\"value\": [ 8 ]", "\"value\": [ 9 ]", "fact 'bands' is not one or more of 1,3,5,8,20,28")]
    [TestCase("\"quirks\": {}", "\"quirks\": { \"no-such\": { \"value\": true, \"evidence\": \"seen\", \"source\": \"x\" } }", "unknown quirk 'no-such'")]
    [TestCase("\"quirks\"", "\"tricks\": 1, \"quirks\"", "unknown section 'tricks'")]
    public void A_wrong_file_is_refused_with_the_item_named(string text, string replacement, string message)
    {
        using var stream = typeof(ModuleProfile).Assembly.GetManifestResourceStream("M531x.Emulator.Core.Profiles.Data.m5310a.json")!;
        using var reader = new StreamReader(stream);
        var wrong = reader.ReadToEnd().Replace(text, replacement, StringComparison.Ordinal);
        Assert.That(() => ProfileLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(wrong))), Throws.InstanceOf<FormatException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Every_quirk_is_listed_once_by_a_name_of_lower_case_words()
    {
        Assert.That(QuirkCatalog.All.Select(q => q.Quirk), Is.EqualTo(Enum.GetValues<Quirk>()));
        Assert.That(QuirkCatalog.All.Select(q => q.Name), Is.Unique.And.All.Match("^[a-z0-9]+(-[a-z0-9]+)*$"));
        Assert.That(QuirkCatalog.All, Has.All.Matches<QuirkInfo>(q => q!.Source.Length > 0 && q.Summary.Length > 0));
    }
}
