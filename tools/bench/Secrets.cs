namespace M531x.Tools.Bench;

/// <summary>What all sides share; openssl.c has the same values.</summary>
static class Secrets
{
    public const string KeyText = "secretPSKsecret1";

    public static readonly byte[] Identity = "867725031234567"u8.ToArray();
    public static readonly byte[] Key = [.. KeyText.Select(c => (byte)c)];

    /// <summary>Content of a record of the records table.</summary>
    public static readonly byte[] Record = new byte[64];
}
