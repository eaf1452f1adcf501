using System.Text.Json;

namespace M531x.Tools.InteropMatrix;

/// <summary>What one peer did in one role with one cipher suite.</summary>
/// <param name="Peer">Name of the other implementation.</param>
/// <param name="Version">Its version in that run.</param>
/// <param name="Role">What the peer was: client or server.</param>
/// <param name="Suite">Short name of the suite, such as ccm8.</param>
/// <param name="Cases">Result of each case: <see cref="Ok"/>, or <see cref="NotOffered"/> by the peer.</param>
sealed record MatrixRow(string Peer, string Version, string Role, string Suite, SortedDictionary<string, string> Cases)
{
    public const string Ok = "ok";
    public const string NotOffered = "not offered";

    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static List<MatrixRow> Parse(string json) => JsonSerializer.Deserialize<List<MatrixRow>>(json, Options)!;

    public static string Format(IEnumerable<MatrixRow> rows) =>
        JsonSerializer.Serialize(
            rows.OrderBy(r => r.Peer, StringComparer.Ordinal).ThenBy(r => r.Role, StringComparer.Ordinal).ThenBy(r => r.Suite, StringComparer.Ordinal), Options) + "\n";
}
