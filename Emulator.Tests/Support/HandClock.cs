namespace M531x.Emulator.Tests.Support;

/// <summary>A wall clock that stands where a test puts it.</summary>
sealed class HandClock : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}
