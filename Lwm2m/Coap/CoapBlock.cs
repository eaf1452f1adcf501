using System.Globalization;

namespace M531x.Lwm2m.Coap;

/// <summary>A Block1 or Block2 value (RFC 7959 §2.2): block number, more flag and size exponent (size = 2^(szx+4)).</summary>
public readonly record struct CoapBlock(int Number, bool More, int Szx)
{
    public int Size => 1 << (Szx + 4);
    public int Offset => Number * Size;

    /// <summary>The same block number with at most this size, as a receiver asks for smaller blocks (RFC 7959 §2.3).</summary>
    public CoapBlock NoLargerThan(int szx) => Szx > szx ? this with { Szx = szx } : this;

    /// <summary>Number, more flag and size, such as 2/1/512.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{(More ? 1 : 0)}/{Size}");
}
