using System.Globalization;

namespace M531x.Lwm2m.Content;

/// <summary>Names of the notification attributes (LwM2M 1.0 §5.1.2).</summary>
[Flags]
public enum ObserveAttributeNames
{
    None = 0,
    Pmin = 1,
    Pmax = 2,
    Lt = 4,
    Gt = 8,
    St = 16,
}

/// <summary>
/// Notification attributes a server sets with Write-Attributes (LwM2M 1.0 §5.1.2, §5.4.4; manual §1.16).
/// Periods are in seconds; null is not given.
/// </summary>
public sealed record ObserveAttributes
{
    const ObserveAttributeNames Thresholds = ObserveAttributeNames.Lt | ObserveAttributeNames.Gt | ObserveAttributeNames.St;

    /// <summary>Nothing given.</summary>
    public static readonly ObserveAttributes Empty = new();

    public int? Pmin { get; init; }
    public int? Pmax { get; init; }
    public double? Gt { get; init; }
    public double? Lt { get; init; }

    /// <summary>The change between two notifications; the manual calls it stp.</summary>
    public double? St { get; init; }

    /// <summary>Attributes the query names without a value, which unsets them.</summary>
    public ObserveAttributeNames Removed { get; init; }

    /// <summary>
    /// Whether the attributes go together: pmin and st not negative, pmax above 0 and above pmin, lt below gt, lt + 2 st below gt.
    /// A set that is fine alone may not be after <see cref="MergeOnto"/>.
    /// </summary>
    public bool IsConsistent =>
        Pmin is null or >= 0
        && Pmax is null or > 0
        && St is null or >= 0
        && !(Pmax <= Pmin)
        && !(Lt >= Gt)
        && !(Lt + 2 * St >= Gt);

    /// <summary>
    /// Reads Uri-Query options such as <c>pmin=10</c>; a bare <c>pmin</c> unsets. False for an unknown or repeated name,
    /// an unreadable value, attributes that contradict each other, and gt, lt or st on a path without a resource.
    /// No query at all is an empty set.
    /// </summary>
    public static bool TryParse(IReadOnlyList<string> uriQueries, ResourcePath path, out ObserveAttributes attributes)
    {
        attributes = Empty;
        var parsed = Empty;
        var seen = ObserveAttributeNames.None;
        foreach (var query in uriQueries)
        {
            var equals = query.IndexOf('=', StringComparison.Ordinal);
            var name = NameOf(equals < 0 ? query : query[..equals]);
            if (name == ObserveAttributeNames.None || seen.HasFlag(name))
                return false;
            seen |= name;
            if (equals < 0)
                parsed = parsed with { Removed = parsed.Removed | name };
            else if (!parsed.TrySet(name, query.AsSpan(equals + 1), out parsed))
                return false;
        }
        if (!parsed.IsConsistent || (path.Resource is null && (seen & Thresholds) != 0))
            return false;
        attributes = parsed;
        return true;
    }

    /// <summary>The given attributes as +MIPLPARAMETER shows them: <c>pmin=18;pmax=90;lt=0.0;gt=60.0;stp=2.0</c>.</summary>
    /// <param name="stepName">How st is called there: <c>stp</c> (manual §1.16) or <c>st</c>.</param>
    public string Describe(string stepName)
    {
        var parts = new List<string>();
        Add("pmin", Pmin?.ToString(CultureInfo.InvariantCulture));
        Add("pmax", Pmax?.ToString(CultureInfo.InvariantCulture));
        Add("lt", OneDecimal(Lt));
        Add("gt", OneDecimal(Gt));
        Add(stepName, OneDecimal(St));
        return string.Join(';', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={value}");
        }
    }

    /// <summary>What holds after this set was written over <paramref name="existing"/>: given ones replace, removed ones
    /// go, the rest stays. Nothing is <see cref="Removed"/> in the result.</summary>
    public ObserveAttributes MergeOnto(ObserveAttributes existing) => new()
    {
        Pmin = Pmin ?? (Removed.HasFlag(ObserveAttributeNames.Pmin) ? null : existing.Pmin),
        Pmax = Pmax ?? (Removed.HasFlag(ObserveAttributeNames.Pmax) ? null : existing.Pmax),
        Lt = Lt ?? (Removed.HasFlag(ObserveAttributeNames.Lt) ? null : existing.Lt),
        Gt = Gt ?? (Removed.HasFlag(ObserveAttributeNames.Gt) ? null : existing.Gt),
        St = St ?? (Removed.HasFlag(ObserveAttributeNames.St) ? null : existing.St),
    };

    static ObserveAttributeNames NameOf(string text) => text switch
    {
        "pmin" => ObserveAttributeNames.Pmin,
        "pmax" => ObserveAttributeNames.Pmax,
        "lt" => ObserveAttributeNames.Lt,
        "gt" => ObserveAttributeNames.Gt,
        "st" => ObserveAttributeNames.St,
        _ => ObserveAttributeNames.None,
    };

    static string? OneDecimal(double? number) => number is { } given ? DecimalText.Fixed(given, 1) : null;

    bool TrySet(ObserveAttributeNames name, ReadOnlySpan<char> text, out ObserveAttributes changed)
    {
        changed = this;
        if ((name & Thresholds) == 0)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return false;
            changed = name == ObserveAttributeNames.Pmin ? this with { Pmin = seconds } : this with { Pmax = seconds };
            return true;
        }
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return false;
        changed = name switch
        {
            ObserveAttributeNames.Lt => this with { Lt = number },
            ObserveAttributeNames.Gt => this with { Gt = number },
            _ => this with { St = number },
        };
        return true;
    }
}
