using System.Text.RegularExpressions;
using M531x.Lwm2m;

namespace M531x.Emulator.Faults;

/// <summary>
/// The faults that are on. Layers ask it for each thing that passes; it draws from each fault's own fork of the seed, so that one fault
/// more never shifts what another does. What acted is reported through <see cref="TryTakeFired"/>.
/// </summary>
sealed class FaultSet(SeededRandom random)
{
    readonly List<ActiveFault> _faults = [];
    readonly Queue<FaultFired> _fired = [];

    public IEnumerable<FaultSpec> All => _faults.Select(f => f.Spec);

    /// <summary>When an instant fault is due; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline =>
        _faults.Where(f => f is { Spec.Type.IsInstant: true, IsSpent: false }).Select(f => f.Begins).DefaultIfEmpty(TimeSpan.MaxValue).Min();

    /// <summary>Adds a fault; one of the same name is replaced.</summary>
    public void Add(TimeSpan now, FaultSpec spec)
    {
        Remove(spec.Name);
        _faults.Add(new ActiveFault(spec, now, random.Fork($"fault {spec.Name}")));
    }

    public bool Remove(string name) => _faults.RemoveAll(f => f.Spec.Name == name) > 0;

    public void Clear() => _faults.Clear();

    public int FiredCount(string name) => _faults.Find(f => f.Spec.Name == name)?.Fired ?? 0;

    /// <summary>Whether a fault of the type acts on something now.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="type">Name of the type.</param>
    /// <param name="direction">Of what passes.</param>
    /// <param name="subject">What passes, in words, for <see cref="FaultSpec.Match"/> and the trace.</param>
    /// <param name="fault">The fault, for its attributes and its random numbers.</param>
    /// <param name="when">What the type itself asks for besides; null for nothing.</param>
    public bool Fires(TimeSpan now, string type, FaultDirection direction, string subject, out ActiveFault fault, Func<ActiveFault, bool>? when = null)
    {
        foreach (var candidate in _faults)
        {
            if (candidate.Spec.Type.Name != type || !candidate.Applies(now, direction, subject) || when?.Invoke(candidate) == false || !candidate.Draw())
                continue;
            fault = candidate;
            Report(now, candidate, subject);
            return true;
        }
        fault = null!;
        return false;
    }

    /// <summary>Takes an instant fault that is due; one whose probability says no is spent as well.</summary>
    public bool TryTakeDue(TimeSpan now, out ActiveFault fault)
    {
        while (_faults.Find(f => f is { Spec.Type.IsInstant: true, IsSpent: false } && f.Begins <= now) is { } due)
        {
            due.IsSpent = true;
            if (!due.Draw())
                continue;
            fault = due;
            Report(now, due, "");
            return true;
        }
        fault = null!;
        return false;
    }

    public bool TryTakeFired(out FaultFired fired) => _fired.TryDequeue(out fired!);

    /// <summary>The line's bytes are not told: keys may be among them.</summary>
    void Report(TimeSpan now, ActiveFault fault, string subject) => _fired.Enqueue(new FaultFired(now, fault.Spec.Name, fault.Spec.Type.Name,
        fault.Spec.Type.Target == FaultTarget.Line ? "" : subject));
}

/// <summary>A fault acted.</summary>
sealed record FaultFired(TimeSpan At, string Name, string Type, string Subject);

/// <summary>A fault with its state.</summary>
sealed class ActiveFault(FaultSpec spec, TimeSpan added, SeededRandom random)
{
    readonly Regex? _pattern = spec.Match is ['/', .. var inner, '/'] ? new Regex(inner, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null;

    public FaultSpec Spec => spec;
    public SeededRandom Random => random;
    public TimeSpan Begins { get; } = added + spec.After;

    /// <summary>How often it acted.</summary>
    public int Fired { get; private set; }

    /// <summary>An instant fault that has had its turn.</summary>
    public bool IsSpent { get; set; }

    public double Number(string attribute) => double.Parse(Text(attribute), System.Globalization.CultureInfo.InvariantCulture);

    public TimeSpan Duration(string attribute) => CoreDuration.TryParse(Text(attribute), out var duration) ? duration : default;

    public string Text(string attribute) =>
        spec.Attributes.TryGetValue(attribute, out var given) ? given : spec.Type.Attributes.First(a => a.Name == attribute).Default;

    public bool Applies(TimeSpan now, FaultDirection direction, string subject) =>
        now >= Begins && (spec.For is null || now < Begins + spec.For)
        && (spec.Times is null || Fired < spec.Times)
        && (spec.Direction == FaultDirection.Both || direction == FaultDirection.Both || spec.Direction == direction)
        && (spec.Match is null || (_pattern?.IsMatch(subject) ?? subject.Contains(spec.Match, StringComparison.Ordinal)));

    public bool Draw()
    {
        // Drawn always, so that a probability of 1 and one a little below consume the same numbers.
        var acts = random.NextDouble() < spec.Probability;
        if (acts)
            Fired++;
        return acts;
    }
}
