namespace M531x.Tools.Bench;

/// <summary>Several sides at the same work. The first is ours; the others' ratios are ours to theirs.</summary>
sealed class Contest(string title, IReadOnlyList<Entry> entries)
{
    readonly List<Slice>[] _slices = [.. entries.Select(_ => new List<Slice>())];

    public string Title => title;

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The sides take turns, so that whatever disturbs the machine disturbs all of them; the first turns warm up.</summary>
    public void Run(int rounds, TimeSpan length)
    {
        const int WarmUpRounds = 5;
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                var slice = entries[i].Side.Run(length);
                if (round >= 0)
                    _slices[i].Add(slice);
            }
        }
    }

    public IEnumerable<Result> Results() => entries.Select((entry, i) =>
    {
        var rates = _slices[i].Select(s => s.PerSecond).ToList();
        var median = Median(rates);
        return new Result
        {
            Side = entry.Side.Name,
            Remark = entry.Side.Remark,
            PerSecond = median,
            Spread = (rates.Max() - rates.Min()) / median,
            PerWallSecond = Median(_slices[i].Select(s => s.Count / s.Wall.TotalSeconds)),
            BytesEach = _slices[i][0].Allocated is null ? null : Median(_slices[i].Select(s => s.AllocatedEach!.Value)),
            BytesToReach = entry.BytesToReach,
            Ratio = i == 0 ? null : Median(_slices[0].Zip(rates, (ours, theirs) => ours.PerSecond / theirs)),
            RatioToReach = entry.RatioToReach,
        };
    });

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>A side with what is to be reached.</summary>
/// <param name="Side">The side.</param>
/// <param name="RatioToReach">Of our rate to this one's; null for a side that is there for comparison.</param>
/// <param name="BytesToReach">Most bytes allocated for each piece of work; for our own side.</param>
sealed record Entry(ISide Side, double? RatioToReach = null, double? BytesToReach = null);

/// <summary>A row of the table.</summary>
sealed record Result
{
    public required string Side { get; init; }
    public required string Remark { get; init; }

    /// <summary>Per second of processor time, the median of the rounds.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Highest less lowest round, as a share of the median.</summary>
    public required double Spread { get; init; }

    /// <summary>Per second that passed; less than <see cref="PerSecond"/> by what else ran on the core.</summary>
    public required double PerWallSecond { get; init; }

    /// <summary>Bytes of managed heap per piece of work.</summary>
    public double? BytesEach { get; init; }
    public double? BytesToReach { get; init; }

    /// <summary>Our rate to this one's: the median of the rounds.</summary>
    public double? Ratio { get; init; }
    public double? RatioToReach { get; init; }
}
