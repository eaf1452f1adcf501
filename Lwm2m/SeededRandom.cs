using System.Buffers.Binary;
using System.Numerics;

namespace M531x.Lwm2m;

/// <summary>
/// A seeded generator (xoshiro256**) whose stream is the same on every machine, and which forks by name:
/// adding one consumer never shifts the numbers another one draws.
/// </summary>
public sealed class SeededRandom
{
    ulong _a, _b, _c, _d;

    public SeededRandom(ulong seed)
    {
        Seed = seed;
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    public ulong Seed { get; }

    /// <summary>An independent generator that depends on this one's seed and the name alone, not on what was drawn so far.</summary>
    public SeededRandom Fork(string name)
    {
        // FNV-1a: string.GetHashCode differs from process to process.
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in name)
            hash = (hash ^ c) * 0x100000001B3UL;
        // Mixed, not only combined: forks of forks must differ from their parents and from each other in any order.
        var seed = Seed;
        var mixed = SplitMix(ref seed) ^ hash;
        return new SeededRandom(SplitMix(ref mixed));
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    public ushort NextUInt16() => (ushort)(NextUInt64() >> 48);

    /// <summary>A number from 0 up to, but without, <paramref name="limit"/>.</summary>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)(((UInt128)NextUInt64() * (ulong)limit) >> 64);
    }

    /// <summary>A fraction from 0 up to, but without, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        while (!bytes.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            var n = Math.Min(8, bytes.Length);
            word[..n].CopyTo(bytes);
            bytes = bytes[n..];
        }
    }

    static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
