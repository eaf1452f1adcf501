namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>The answers of vectors.txt, which vectors.c computed with OpenSSL, and the inputs that both use.</summary>
static class KnownAnswers
{
    static readonly Lazy<Dictionary<string, byte[]>> Answers = new(() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Dtls", "Vectors", "vectors.txt")).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(" = ")).ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1])));

    public static byte[] Key => Count(0x30, 16);
    public static byte[] ClientRandom => Count(0x40, 32);
    public static byte[] ServerRandom => Count(0x80, 32);
    public static byte[] HandshakeHash => Count(0xC0, 32);

    /// <summary>Initialisation vector of the CBC records.</summary>
    public static byte[] Iv => Count(0xE0, 16);

    /// <summary>Epoch 1 and sequence number 258.</summary>
    public const ulong EpochAndSequence = 0x0001_0000_0000_0102;

    public static byte[] Text(int length) => Count(0x11, length);

    public static byte[] Get(string name) => Answers.Value[name];

    /// <summary>Bytes that count up, from 255 on to 0.</summary>
    public static byte[] Count(int first, int length) => [.. Enumerable.Range(first, length).Select(i => (byte)i)];
}
