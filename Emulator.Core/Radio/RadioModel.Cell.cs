using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Radio;

/// <content>Which cell serves the module. The network has one wherever the module is told to look: a lock comes first, then the bands it searches.</content>
sealed partial class RadioModel
{
    public const int HomeBand = 8;
    const int HomeEarfcn = 3555;
    const int HomePhysicalCell = 216;
    const int HomeOffset = 2;

    /// <summary>AT+NEARFCN, AT*FRCLLCK; null when the module chooses.</summary>
    public FrequencyLock? Lock { get; set; }

    /// <summary>AT+NBAND, AT*CMBAND: the bands that are searched, one at least.</summary>
    public IReadOnlyList<int> Bands { get; set; } = [HomeBand];

    public int Earfcn => Lock?.Earfcn ?? (Bands.Contains(HomeBand) ? HomeEarfcn : FrequencyBand.OfNumber(Bands[0])!.MiddleEarfcn);

    public int EarfcnOffset => Lock?.Offset ?? HomeOffset;

    public int PhysicalCell => Lock?.PhysicalCell ?? HomePhysicalCell;

    /// <summary>Band of <see cref="Earfcn"/>.</summary>
    public int Band => FrequencyBand.OfEarfcn(Earfcn)!.Number;
}
