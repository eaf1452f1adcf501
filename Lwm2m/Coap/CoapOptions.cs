using System.Buffers.Binary;
using System.Text;

namespace M531x.Lwm2m.Coap;

/// <summary>Builds option values: unsigned integers in the fewest bytes (RFC 7252 §3.2), text as UTF-8.</summary>
public static class CoapOptions
{
    public static CoapOption UInt(int number, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        var start = 0;
        while (start < bytes.Length && bytes[start] == 0)
            start++;
        return new CoapOption(number, bytes.AsMemory(start));
    }

    public static CoapOption Text(int number, string value) => new(number, Encoding.UTF8.GetBytes(value));

    public static CoapOption Block(int number, CoapBlock block) =>
        UInt(number, ((uint)block.Number << 4) | (block.More ? 8u : 0u) | (uint)(block.Szx & 7));
}
