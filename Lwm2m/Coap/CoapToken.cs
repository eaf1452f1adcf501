using System.Runtime.InteropServices;

namespace M531x.Lwm2m.Coap;

/// <summary>A token as a key: tokens of different length differ even when one is the other plus zeros.</summary>
readonly record struct CoapToken(ulong Value, int Length)
{
    public static CoapToken From(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[8];
        bytes.CopyTo(padded);
        return new CoapToken(MemoryMarshal.Read<ulong>(padded), bytes.Length);
    }
}
