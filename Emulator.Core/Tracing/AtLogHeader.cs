using System.Globalization;
using System.Text;

namespace M531x.Emulator.Core.Tracing;

/// <summary>What a transcript says about itself in its first lines; null for what is not known.</summary>
sealed record AtLogHeader
{
    /// <summary>Raised when the format changes in a way that readers must know.</summary>
    public const int Format = 1;

    const string Magic = "m531x atlog";

    /// <summary>Of the program that wrote it.</summary>
    public string? Version { get; init; }

    /// <summary>Name of the module's profile.</summary>
    public string? Profile { get; init; }

    /// <summary>As AT+CGMR prints it.</summary>
    public string? Firmware { get; init; }

    /// <summary>Speed of the UART at the start, in bit/s; 0 follows the MCU.</summary>
    public int? Baud { get; init; }
    public ulong? Seed { get; init; }

    public static AtLogHeader Of(TraceHeader header) =>
        new() { Version = header.Version, Profile = header.Profile, Firmware = header.Firmware, Baud = header.Baud, Seed = header.Seed };

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Magic} {Format}\n");
        Add("version", Version);
        Add("profile", Profile);
        Add("firmware", Firmware);
        Add("baud", Baud?.ToString(CultureInfo.InvariantCulture));
        Add("seed", Seed?.ToString(CultureInfo.InvariantCulture));
        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                text.Append(CultureInfo.InvariantCulture, $"# {name} {AtLogLine.Escape(Encoding.UTF8.GetBytes(value))}\n");
        }
    }

    /// <summary>Takes a comment, without its #; one that is not of the header changes nothing.</summary>
    /// <returns>Why the file cannot be read, or null.</returns>
    public string? Take(string comment, out AtLogHeader header)
    {
        header = this;
        if (comment.StartsWith(Magic + " ", StringComparison.Ordinal))
        {
            return comment == string.Create(CultureInfo.InvariantCulture, $"{Magic} {Format}")
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"this version reads format {Format}");
        }
        var blank = comment.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0)
            return null;
        var value = AtLogLine.TryUnescape(comment.AsSpan(blank + 1), out var bytes, out _, out _) ? Encoding.UTF8.GetString(bytes) : comment[(blank + 1)..];
        switch (comment[..blank])
        {
            case "version" when Version is null:
                header = this with { Version = value };
                break;
            case "profile" when Profile is null:
                header = this with { Profile = value };
                break;
            case "firmware" when Firmware is null:
                header = this with { Firmware = value };
                break;
            case "baud" when Baud is null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var baud):
                header = this with { Baud = baud };
                break;
            case "seed" when Seed is null && ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                header = this with { Seed = seed };
                break;
        }
        return null;
    }
}
