using M531x.Lwm2m;

namespace M531x.Emulator.Core.Radio;

/// <content>The cells around the serving one: their place in the network comes from the seed, their signal follows the serving cell's.</content>
sealed partial class RadioModel
{
    const int NeighbourCount = 2;
    const int PhysicalCells = 504;
    const int WeakestPower = -140;
    const int WorstQuality = -20;

    /// <summary>Distance of the physical cell ids from the serving one, and how many decibels weaker: the strongest first.</summary>
    readonly (int Distance, int Weaker)[] _neighbours = DrawNeighbours(random.Fork("neighbours"));

    /// <summary>Strongest first; none while there is no signal.</summary>
    public IReadOnlyList<NeighbourCell> Neighbours => HasSignal
        ? [.. _neighbours.Select(n => new NeighbourCell(
            (PhysicalCell + n.Distance) % PhysicalCells, Math.Max(SignalPower - n.Weaker, WeakestPower), Math.Max(Quality - n.Weaker, WorstQuality)))]
        : [];

    static (int Distance, int Weaker)[] DrawNeighbours(SeededRandom random)
    {
        var neighbours = new (int Distance, int Weaker)[NeighbourCount];
        var (distance, weaker) = (0, 0);
        for (var i = 0; i < neighbours.Length; i++)
        {
            // Steps stay below a whole round together, so no two cells are the same.
            distance += 1 + random.Next(PhysicalCells / NeighbourCount - 1);
            weaker += 3 + random.Next(6);
            neighbours[i] = (distance, weaker);
        }
        return neighbours;
    }
}
