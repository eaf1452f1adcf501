using System.Reflection;
using System.Text.RegularExpressions;
using M531x.Emulator.Tests.Architecture;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>No requirement, driver or scenario of the field is without a test that names it.</summary>
public sealed partial class CompletenessTests
{
    const int Requirements = 30;

    /// <summary>Drivers whose strings are known; 12 are only glanced at.</summary>
    const int Drivers = 11;

    static IEnumerable<int> EveryRequirement => Enumerable.Range(1, Requirements);

    static IEnumerable<int> EveryDriver => Enumerable.Range(1, Drivers);

    [TestCaseSource(nameof(EveryRequirement))]
    public void Every_requirement_has_a_test_that_names_it(int number) =>
        Assert.That(TestsOf(typeof(RequirementTests)), Has.Some.Match($"^(R[0-9]+_)*R{number}_"));

    [TestCaseSource(nameof(EveryDriver))]
    public void Every_driver_has_a_test_that_names_it(int number) =>
        Assert.That(TestsOf(typeof(DriverTests)), Has.Some.StartsWith($"Driver_4_{number}_"));

    [Test]
    public void Every_scenario_has_its_row_in_order() =>
        Assert.That(FieldScenarios.All.Select(s => s.Number), Is.EqualTo(Enumerable.Range(1, 30)));

    /// <summary>A transcript, a scenario file, or Class.Method with the method's beginning.</summary>
    [TestCaseSource(typeof(FieldScenarios), nameof(FieldScenarios.All))]
    public void Every_scenario_is_shown_where_its_row_says(FieldScenario scenario)
    {
        Assert.That(scenario.ShownBy, Is.Not.Empty);
        foreach (var place in scenario.ShownBy)
            Assert.That(Exists(place), Is.True, $"{scenario.Number} {scenario.What}: {place}");
    }

    [TestCase("ScenarioTests.No_such_test")]
    [TestCase("no-such.yaml")]
    [TestCase("no-such.golden")]
    public void A_place_that_is_not_there_is_noticed(string place) => Assert.That(Exists(place), Is.False);

    static bool Exists(string place)
    {
        if (File().IsMatch(place))
            return System.IO.File.Exists(Path.Combine(Repository.Root, "Emulator.Tests", place.EndsWith(".yaml", StringComparison.Ordinal) ? "Scenarios" : "Golden", place));
        var parts = place.Split('.');
        return typeof(CompletenessTests).Assembly.GetTypes().Any(t => t.Name == parts[0] && TestsOf(t).Any(name => name.StartsWith(parts[1], StringComparison.Ordinal)));
    }

    static IEnumerable<string> TestsOf(Type fixture) => fixture.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(m => m.GetCustomAttributes<TestAttribute>().Any() || m.GetCustomAttributes<TestCaseAttribute>().Any() || m.GetCustomAttributes<TestCaseSourceAttribute>().Any())
        .Select(m => m.Name);

    [GeneratedRegex(@"\.(yaml|golden)$", RegexOptions.CultureInvariant)]
    private static partial Regex File();
}
