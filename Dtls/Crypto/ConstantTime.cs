namespace M531x.Dtls.Crypto;

/// <summary>Comparisons without branches: -1 for true, 0 for false.</summary>
static class ConstantTime
{
    /// <summary>For numbers of up to 31 bits.</summary>
    public static int LessOrEqual(int a, int b) => ~((b - a) >> 31);

    public static int Equal(int a, int b)
    {
        var difference = (uint)(a ^ b);
        return (int)((difference | (0 - difference)) >> 31) - 1;
    }

    public static int Select(int mask, int whenTrue, int whenFalse) => mask & whenTrue | ~mask & whenFalse;
}
