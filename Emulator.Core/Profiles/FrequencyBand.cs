namespace M531x.Emulator.Core.Profiles;

/// <summary>A band and its downlink EARFCNs (3GPP TS 36.101 §5.7.3).</summary>
sealed record FrequencyBand(int Number, int FirstEarfcn, int LastEarfcn)
{
    /// <summary>The bands of the modules (assumed), in order.</summary>
    public static IReadOnlyList<FrequencyBand> All { get; } =
    [
        new(1, 0, 599), new(3, 1200, 1949), new(5, 2400, 2649), new(8, 3450, 3799), new(20, 6150, 6449), new(28, 9210, 9659),
    ];

    public static string Numbers { get; } = string.Join(',', All.Select(b => b.Number));

    public int MiddleEarfcn => (FirstEarfcn + LastEarfcn) / 2;

    public static FrequencyBand? OfNumber(int number) => All.FirstOrDefault(b => b.Number == number);

    public static FrequencyBand? OfEarfcn(int earfcn) => All.FirstOrDefault(b => earfcn >= b.FirstEarfcn && earfcn <= b.LastEarfcn);
}
