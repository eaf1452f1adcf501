using M531x.Lwm2m;

namespace M531x.Emulator.Core.Faults;

/// <summary>
/// The faults that are on. Layers ask it for each thing that passes; it draws from each fault's own fork of the seed, so that one fault
/// more never shifts what another does. What acted is reported through <see cref="TryTakeFired"/>.
/// </summary>
/// <param name="random">Forked for each fault.</param>
/// <param name="outer">Faults that act here as well, and begin and end there; null for none.</param>
sealed class FaultSet(SeededRandom random, FaultSet? outer = null)
{
    readonly List<ActiveFault> _faults = [];
    readonly Queue<ActiveFault> _removed = [];
    readonly Queue<FaultFired> _fired = [];

    public IEnumerable<FaultSpec> All => _faults.Select(f => f.Spec);

    public bool IsEmpty => _faults.Count == 0 && outer is not { IsEmpty: false };

    /// <summary>Those that act here.</summary>
    IEnumerable<ActiveFault> Acting => outer is null ? _faults : _faults.Concat(outer._faults);

    /// <summary>When a fault begins or ends of itself; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline => _removed.Count > 0 ? TimeSpan.Zero : IsEmpty ? TimeSpan.MaxValue
        : _faults.Where(f => f.Spec.Type.Kind != FaultKind.Passing).Select(f => f.IsOn ? f.Ends : f.IsSpent ? TimeSpan.MaxValue : f.Begins)
            .DefaultIfEmpty(TimeSpan.MaxValue).Min();

    /// <summary>Adds a fault; one of the same name is replaced.</summary>
    public void Add(TimeSpan now, FaultSpec spec)
    {
        Remove(spec.Name);
        _faults.Add(new ActiveFault(spec, now, random.Fork($"fault {spec.Name}")));
    }

    public bool Remove(string name)
    {
        if (_faults.Find(f => f.Spec.Name == name) is not { } fault)
            return false;
        _faults.Remove(fault);
        if (fault.IsOn)
            _removed.Enqueue(fault);
        return true;
    }

    public void Clear()
    {
        foreach (var name in _faults.Select(f => f.Spec.Name).ToList())
            Remove(name);
    }

    public int FiredCount(string name) => _faults.Find(f => f.Spec.Name == name)?.Fired ?? 0;

    public bool HasTarget(FaultTarget target) => Acting.Any(f => f.Spec.Type.Target == target);

    /// <summary>Whether a fault of a lasting type is on.</summary>
    public bool IsOn(string type) => Acting.Any(f => f.IsOn && f.Spec.Type.Name == type);

    /// <summary>Whether a fault of the type acts on something now.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="type">Name of the type.</param>
    /// <param name="direction">Of what passes.</param>
    /// <param name="subject">What passes, in words, for <see cref="FaultSpec.Match"/> and the trace.</param>
    /// <param name="fault">The fault, for its attributes and its random numbers.</param>
    /// <param name="when">What the type itself asks for besides; null for nothing.</param>
    /// <param name="isMoot">Another fault has settled it: nothing acts, and the numbers are drawn all the same.</param>
    public bool Fires(TimeSpan now, string type, FaultDirection direction, string subject, out ActiveFault fault, Func<ActiveFault, bool>? when = null, bool isMoot = false)
    {
        fault = null!;
        foreach (var candidate in Acting)
        {
            if (candidate.Spec.Type.Name != type || !candidate.Applies(now, direction, subject) || when?.Invoke(candidate) == false
                || !candidate.Draw(isMoot || fault is not null))
                continue;
            fault = candidate;
            Report(now, candidate, subject);
        }
        return fault is not null;
    }

    /// <summary>Takes a fault that begins or ends now; one whose probability says no is spent as well.</summary>
    public bool TryTakeDue(TimeSpan now, out ActiveFault fault, out bool begins)
    {
        begins = false;
        var over = _removed.TryDequeue(out var removed) ? removed : _faults.Find(f => f.IsOn && f.Ends <= now);
        if (over is not null)
        {
            fault = over;
            fault.IsOn = false;
            _fired.Enqueue(new FaultFired(now, fault.Spec.Name, fault.Spec.Type.Name, "", IsEnd: true));
            return true;
        }
        while (_faults.Find(f => f is { Spec.Type.Kind: not FaultKind.Passing, IsSpent: false } && f.Begins <= now) is { } due)
        {
            due.IsSpent = true;
            if (!due.Draw())
                continue;
            due.IsOn = due.Spec.Type.Kind == FaultKind.Lasting;
            fault = due;
            begins = true;
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

/// <summary>A fault acted, or one that lasts is over.</summary>
sealed record FaultFired(TimeSpan At, string Name, string Type, string Subject, bool IsEnd = false);
