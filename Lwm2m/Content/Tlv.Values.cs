using System.Buffers.Binary;

namespace M531x.Lwm2m.Content;

public static partial class Tlv
{
    /// <summary>A value's TLV bytes (without header): integer 1/2/4/8 bytes two's complement, float 4 or 8, bool 1, text UTF-8, opaque raw.</summary>
    public static byte[] EncodeValue(Lwm2mValue value) => value switch
    {
        StringValue text => TextBytes.Encode(text.Text),
        OpaqueValue opaque => opaque.Bytes.ToArray(),
        IntegerValue integer => EncodeInteger(integer.Number),
        FloatValue number => EncodeFloat(number.Number),
        BooleanValue boolean => [boolean.Truth ? (byte)1 : (byte)0],
        _ => throw new ArgumentException($"No TLV form for {value.Type}.", nameof(value)),
    };

    /// <summary>Reads raw value bytes as a type; false when the length does not fit (integer 1/2/4/8, float 4/8, bool 1 byte 0 or 1).</summary>
    public static bool TryDecodeValue(ReadOnlySpan<byte> bytes, Lwm2mType type, out Lwm2mValue value)
    {
        Lwm2mValue? decoded = type switch
        {
            Lwm2mType.String => Lwm2mValue.Of(TextBytes.Decode(bytes)),
            Lwm2mType.Opaque => Lwm2mValue.Of(bytes.ToArray()),
            Lwm2mType.Integer => DecodeInteger(bytes),
            Lwm2mType.Float => DecodeFloat(bytes),
            Lwm2mType.Boolean => bytes is [0 or 1] ? new BooleanValue(bytes[0] == 1) : null,
            _ => null,
        };
        value = decoded ?? Lwm2mValue.Of("");
        return decoded is not null;
    }

    static byte[] EncodeInteger(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        var count = number switch
        {
            >= sbyte.MinValue and <= sbyte.MaxValue => 1,
            >= short.MinValue and <= short.MaxValue => 2,
            >= int.MinValue and <= int.MaxValue => 4,
            _ => 8,
        };
        return bytes[^count..];
    }

    static byte[] EncodeFloat(double number)
    {
        if (Math.Abs(number) > float.MaxValue)
        {
            var wide = new byte[8];
            BinaryPrimitives.WriteDoubleBigEndian(wide, number);
            return wide;
        }
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, (float)number);
        return bytes;
    }

    static IntegerValue? DecodeInteger(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => new IntegerValue((sbyte)bytes[0]),
        2 => new IntegerValue(BinaryPrimitives.ReadInt16BigEndian(bytes)),
        4 => new IntegerValue(BinaryPrimitives.ReadInt32BigEndian(bytes)),
        8 => new IntegerValue(BinaryPrimitives.ReadInt64BigEndian(bytes)),
        _ => null,
    };

    static FloatValue? DecodeFloat(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => new FloatValue(BinaryPrimitives.ReadSingleBigEndian(bytes)),
        8 => new FloatValue(BinaryPrimitives.ReadDoubleBigEndian(bytes)),
        _ => null,
    };
}
