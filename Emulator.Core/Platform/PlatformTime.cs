using System.Globalization;

namespace M531x.Emulator.Core.Platform;

/// <summary>OneNET shows and reads times in Beijing time (UTC+8) without naming the zone.</summary>
static class PlatformTime
{
    static readonly TimeSpan Beijing = TimeSpan.FromHours(8);
    static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.fff", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-dd",
    ];

    /// <summary>Such as 2019-04-28 00:09:16.667.</summary>
    public static string Precise(DateTimeOffset time) =>
        time.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    public static string Seconds(DateTimeOffset time) =>
        time.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            || local < DateTime.MinValue.AddDays(1))
            return false;
        time = new DateTimeOffset(local, Beijing);
        return true;
    }
}
