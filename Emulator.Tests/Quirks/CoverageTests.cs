using System.Reflection;
using M531x.Emulator.Profiles;
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

    static Quirk[] All => Enum.GetValues<Quirk>();
}
