using System.Reflection;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Quirks;

sealed class CoverageTests
{
    [TestCaseSource(nameof(All))]
    public void Every_quirk_has_a_test_that_shows_it_off_and_on(Quirk quirk)
    {
        var tests = typeof(CoverageTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(m => m.GetCustomAttribute<ForQuirkAttribute>()?.Quirk == quirk)
            .ToList();
        Assert.That(tests, Is.Not.Empty);
        var firstArguments = tests.SelectMany(t => t.GetCustomAttributes<TestCaseAttribute>()).Select(c => c.Arguments[0]).Distinct();
        Assert.That(firstArguments, Is.EquivalentTo(new[] { false, true }));
    }

    [Test]
    public void No_quirk_is_on_unless_the_profile_names_it()
    {
        var own = ModuleProfile.All.SelectMany(p => p.Quirks.On.Select(q => (p.Name, q)));
        Assert.That(own, Is.EqualTo(new[] { ("m5311", Quirk.NsmiRefusesMidZero) }));
    }

    /// <summary>
    /// Where the manual contradicts itself, in the order of its sections, and the readings that are not the default. Two places hold both
    /// readings at once: error 602 is for what is not registered and for what is already, and "by ASCII" of a size is its digits.
    /// </summary>
    [TestCase("close event", "close-event-20")]
    [TestCase("update event", "update-event-10")]
    [TestCase("withObjectFlag", "update-needs-objects")]
    [TestCase("event of an acknowledged notify", "notify-ack-event-11", "notify-ack-line")]
    [TestCase("ack id used again", "ackid-five-minutes")]
    [TestCase("sign of NSMI", "nsmi-equals-sign")]
    [TestCase("sign of OBSERVE", "observe-equals-sign")]
    [TestCase("events of a failed open", "open-failure-events-6-and-2")]
    [TestCase("READRSP flag", "readrsp-flag-inverted")]
    [TestCase("end of WRITE", "write-urc-flag-index")]
    [TestCase("name of DELOBJ", "addobj-deletes")]
    [TestCase("names of two RSP commands", "misprinted-responses")]
    [TestCase("PARAMETERRSP result", "parameterrsp-strict")]
    [TestCase("st or stp", "parameter-st")]
    [TestCase("end of READ", "read-urc-trailing-zero")]
    [TestCase("payload of READ", "read-payload-2048")]
    [TestCase("time to answer", "reply-window-5")]
    [TestCase("unit of totalsize", "config-size-in-digits")]
    [TestCase("shortest lifetime", "strict-lifetime")]
    [TestCase("LTRDP in the general part", "ltrdp-everywhere")]
    public void Every_contradiction_of_the_manual_has_the_other_reading_as_a_quirk(string contradiction, params string[] names) =>
        Assert.That(names.Select(QuirkCatalog.Find), Has.None.Null, contradiction);

    static Quirk[] All => Enum.GetValues<Quirk>();
}
