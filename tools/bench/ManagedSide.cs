using System.Diagnostics;

namespace M531x.Tools.Bench;

/// <summary>A side in this process.</summary>
abstract class ManagedSide : ISide
{
    const int StepsPerLook = 16;

    public abstract string Name { get; }

    public abstract string Remark { get; }

    /// <summary>Pieces of work in a <see cref="Step"/>.</summary>
    protected virtual int CountPerStep => 1;

    public Slice Run(TimeSpan length)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var count = 0L;
        do
        {
            for (var i = 0; i < StepsPerLook; i++)
                Step();
            count += StepsPerLook * CountPerStep;
        }
        while (Stopwatch.GetElapsedTime(start) < length);
        var wall = Stopwatch.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        return new Slice(count, processor, wall, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    public abstract void Dispose();

    protected abstract void Step();
}
