using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Faults;

/// <summary>A fault with its state. Chance and details come from two generators: how often it acts never depends on what it does then.</summary>
/// <param name="spec">As the user wrote it.</param>
/// <param name="added">Core time.</param>
/// <param name="random">Its own fork of the seed.</param>
sealed class ActiveFault(FaultSpec spec, TimeSpan added, SeededRandom random)
{
    readonly Regex? _pattern = spec.Match is { } match ? FaultSpec.PatternOf(match) : null;
    readonly SeededRandom _chance = random.Fork("chance");
    readonly double _burst = spec.Type.Attributes.Any(a => a.Name == "burst") ? double.Parse(Value(spec, "burst"), CultureInfo.InvariantCulture) : 1;
    bool _inBurst;

    public FaultSpec Spec => spec;

    /// <summary>Numbers for what it does.</summary>
    public SeededRandom Random { get; } = random.Fork("details");
    public TimeSpan Begins { get; } = added + spec.After;

    /// <summary>When it is over; <see cref="TimeSpan.MaxValue"/> when it is removed.</summary>
    public TimeSpan Ends { get; } = (spec.For ?? spec.Type.DefaultFor) is { } lasts ? added + spec.After + lasts : TimeSpan.MaxValue;

    /// <summary>How often it acted.</summary>
    public int Fired { get; private set; }

    /// <summary>One that happens once has had its turn.</summary>
    public bool IsSpent { get; set; }

    /// <summary>One that lasts has begun and not ended.</summary>
    public bool IsOn { get; set; }

    /// <summary>What its last action left behind, for those whose next one depends on it.</summary>
    public double LastValue { get; set; }

    /// <summary>When it is done with what went up, and with what went down.</summary>
    public TimeSpan[] BusyUntil { get; } = new TimeSpan[2];

    public double Number(string attribute) => double.Parse(Text(attribute), CultureInfo.InvariantCulture);

    public TimeSpan Duration(string attribute) => CoreDuration.TryParse(Text(attribute), out var duration) ? duration : default;

    public IPAddress Address(string attribute) => IPAddress.Parse(Text(attribute));

    public string Text(string attribute) => Value(spec, attribute);

    public bool Applies(TimeSpan now, FaultDirection direction, string subject) =>
        now >= Begins && now < Ends
        && (spec.Times is null || Fired < spec.Times)
        && (spec.Direction == FaultDirection.Both || direction == FaultDirection.Both || spec.Direction == direction)
        && (spec.Match is null || (_pattern?.IsMatch(subject) ?? subject.Contains(spec.Match, StringComparison.Ordinal)));

    /// <summary>Whether it acts on what passes; with a burst it goes on once it has begun (Gilbert and Elliott's model).</summary>
    /// <param name="isMoot">Draws all the same, so that no other fault shifts this one's numbers, and does nothing.</param>
    public bool Draw(bool isMoot = false)
    {
        // Drawn always, so that a probability of 1 and one a little below consume the same numbers.
        var acts = _chance.NextDouble() < (_inBurst ? 1 - 1 / _burst : spec.Probability);
        _inBurst = acts && _burst > 1;
        acts &= !isMoot;
        if (acts)
            Fired++;
        return acts;
    }

    static string Value(FaultSpec spec, string attribute) =>
        spec.Attributes.TryGetValue(attribute, out var given) ? given : spec.Type.Attributes.First(a => a.Name == attribute).Default;
}
