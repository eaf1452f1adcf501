namespace M531x.Dtls;

/// <summary>A pre-shared key with the identity that goes with it (RFC 4279 §2).</summary>
/// <remarks>The key never shows in <see cref="ToString"/>, so that a log line cannot leak it.</remarks>
public sealed record PskCredential(string Identity, string Key)
{
    /// <summary>Longest key an M531X takes, in characters (manual §2.5).</summary>
    public const int MaxKeyLength = 16;

    /// <summary>Shortest key the platform takes, in characters (manual §5.4.1).</summary>
    public const int MinPlatformKeyLength = 8;

    /// <summary>True for 8 to 16 letters or digits, the platform's rule (manual §5.4.1).</summary>
    public static bool IsPlatformKey(string key) =>
        key.Length is >= MinPlatformKeyLength and <= MaxKeyLength && key.All(char.IsAsciiLetterOrDigit);

    public override string ToString() => $"PSK identity {Identity}, key of {Key.Length} characters";
}
