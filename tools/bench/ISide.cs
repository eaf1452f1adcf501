namespace M531x.Tools.Bench;

/// <summary>One implementation at one kind of work, ready to do it again and again.</summary>
interface ISide : IDisposable
{
    string Name { get; }

    /// <summary>What it does otherwise than the others, for the reader of the table.</summary>
    string Remark { get; }

    Slice Run(TimeSpan length);
}

/// <summary>A measured piece of work.</summary>
/// <param name="Count">Handshakes, records or visits done.</param>
/// <param name="Processor">Time of the core that it took, all ends and threads together: what else runs on the machine does not count.</param>
/// <param name="Wall">Time that passed.</param>
/// <param name="Allocated">Bytes taken from the managed heap; null where there is none.</param>
readonly record struct Slice(long Count, TimeSpan Processor, TimeSpan Wall, long? Allocated)
{
    public double PerSecond => Count / Processor.TotalSeconds;

    public double? AllocatedEach => Allocated / (double)Count;
}
