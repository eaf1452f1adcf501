namespace M531x.Emulator.Core.Parts;

/// <summary>Counts up from 1.</summary>
sealed class Counter
{
    public long Value { get; private set; }

    public long Next() => ++Value;
}
