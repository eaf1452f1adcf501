using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// When observed resources that the module serves itself are reported (LwM2M 1.0 §5.1.2, §5.5.1): after a change, but not
/// before pmin has passed since the last report; without a change when pmax has. gt, lt and st narrow what counts as a change.
/// </summary>
sealed class ServedReports
{
    sealed class Watch(ResourcePath path, TimeSpan since, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        public ResourcePath Path { get; } = path;
        public TimeSpan LastReport { get; set; } = since;
        public IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> Reported { get; set; } = values;
    }

    /// <summary>Periods and thresholds in force on a path; a maximum of zero is none.</summary>
    public sealed record Rules(TimeSpan MinPeriod, TimeSpan MaxPeriod, ObserveAttributes Attributes);

    readonly List<Watch> _watches = [];

    /// <summary>When <see cref="TakeDue"/> wants to be called even if nothing else happens.</summary>
    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    public bool IsEmpty => _watches.Count == 0;

    /// <summary>An observation began; its first answer carried these values.</summary>
    public void Start(TimeSpan now, ResourcePath path, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        _watches.RemoveAll(w => w.Path == path);
        _watches.Add(new Watch(path, now, values));
    }

    /// <summary>Forgets watches whose path is observed no more.</summary>
    public void Keep(IEnumerable<ResourcePath> observed)
    {
        var paths = observed.ToHashSet();
        _watches.RemoveAll(w => !paths.Contains(w.Path));
        if (IsEmpty)
            NextDeadline = TimeSpan.MaxValue;
    }

    /// <summary>The reports to send now, which count as sent.</summary>
    public IReadOnlyList<(ResourcePath Path, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> Values)> TakeDue(
        TimeSpan now, Func<ResourcePath, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)>> read, Func<ResourcePath, Rules> rulesOf)
    {
        List<(ResourcePath, IReadOnlyList<(ResourcePath, Lwm2mValue)>)> due = [];
        NextDeadline = TimeSpan.MaxValue;
        foreach (var watch in _watches)
        {
            var rules = rulesOf(watch.Path);
            var values = read(watch.Path);
            if (DueAt(watch, values, rules) <= now)
            {
                watch.LastReport = now;
                watch.Reported = values;
                due.Add((watch.Path, values));
            }
            var next = DueAt(watch, values, rules);
            if (next < NextDeadline)
                NextDeadline = next;
        }
        return due;
    }

    static TimeSpan DueAt(Watch watch, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values, Rules rules)
    {
        if (IsChange(watch, values, rules.Attributes))
            return watch.LastReport + rules.MinPeriod;
        // A pmax below pmin is no rule at all (LwM2M 1.0 §5.1.2).
        return rules.MaxPeriod > TimeSpan.Zero && rules.MaxPeriod >= rules.MinPeriod ? watch.LastReport + rules.MaxPeriod : TimeSpan.MaxValue;
    }

    static bool IsChange(Watch watch, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values, ObserveAttributes attributes)
    {
        var former = watch.Reported.Where(v => !IsClock(v.Path)).ToList();
        var present = values.Where(v => !IsClock(v.Path)).ToList();
        var hasThreshold = attributes.Gt is not null || attributes.Lt is not null || attributes.St is not null;
        if (hasThreshold && former is [{ Value: var before }] && present is [{ Value: var after }]
            && NumberOf(before) is { } old && NumberOf(after) is { } number)
            return number != old // a step of 0 asks for every change, not for no change
                && (Crosses(old, number, attributes.Gt) || Crosses(old, number, attributes.Lt) || Math.Abs(number - old) >= attributes.St);
        return !former.Select(v => v.Path).SequenceEqual(present.Select(v => v.Path))
            || !former.Zip(present).All(p => Tlv.EncodeValue(p.First.Value).AsSpan().SequenceEqual(Tlv.EncodeValue(p.Second.Value)));
    }

    /// <summary>The current time is no news.</summary>
    static bool IsClock(ResourcePath path) => path is { Object: ServedObjects.Device, Resource: 13 };

    static bool Crosses(double before, double after, double? threshold) => threshold is { } limit && before > limit != after > limit;

    static double? NumberOf(Lwm2mValue value) => value switch
    {
        IntegerValue integer => integer.Number,
        FloatValue real => real.Number,
        _ => null,
    };
}
