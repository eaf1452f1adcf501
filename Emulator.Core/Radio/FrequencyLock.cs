using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Radio;

/// <summary>A frequency, and perhaps a cell on it, that the module is told to keep to.</summary>
/// <param name="Mode">As the command gave it.</param>
/// <param name="Earfcn">Of a band in <see cref="FrequencyBand.All"/>.</param>
/// <param name="Offset">Offset of the NB-IoT carrier, 0 to 21; null when it was not given.</param>
/// <param name="PhysicalCell">0 to 503; null for any.</param>
sealed record FrequencyLock(int Mode, int Earfcn, int? Offset, int? PhysicalCell)
{
    public const int MaxEarfcn = 262143;
    public const int MaxOffset = 21;
    public const int MaxPhysicalCell = 503;
}
