using System.Buffers.Binary;
using System.Text;

namespace M531x.Emulator.Core.Mipl;

/// <summary>A cursor over a configuration that remembers the first field it could not read, and where.</summary>
ref struct MiplConfigReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    public readonly int Length => _bytes.Length;
    public int Offset { get; private set; }

    /// <summary>What went wrong, and -1 or the offset where.</summary>
    public string Error { get; private set; } = "";
    public int ErrorOffset { get; private set; } = -1;

    public bool Fail(string field, int offset, string why)
    {
        Error = $"{field} at byte {offset} {why}";
        ErrorOffset = offset;
        return false;
    }

    public bool TryByte(string field, out int value)
    {
        value = 0;
        if (Offset >= Length)
            return Fail(field, Offset, "is missing");
        value = _bytes[Offset++];
        return true;
    }

    public bool TryUInt16(string field, out int value)
    {
        value = 0;
        if (Length - Offset < 2)
            return Fail(field, Offset, "is missing");
        value = BinaryPrimitives.ReadUInt16BigEndian(_bytes[Offset..]);
        Offset += 2;
        return true;
    }

    /// <summary>An item's tag and length; <paramref name="end"/> is the offset behind it.</summary>
    public bool TryItem(string field, int tag, out int end)
    {
        end = 0;
        var start = Offset;
        if (!TryByte(field, out var found))
            return false;
        if (found != tag)
            return Fail(field, start, $"has tag {found:X2}, not {tag:X2}");
        if (!TryUInt16(field, out var length))
            return false;
        end = start + length;
        return (length >= 3 && end <= Length) || Fail(field, start, $"has length {length}, which does not fit");
    }

    public bool TryString(string field, int end, out string value) => TryString(field, end, 0xFFFF, out value, out _);

    /// <summary>The old layout's server, whose length has the bootstrap flag as its top nibble.</summary>
    public bool TryServer(string field, int end, out string value, out bool bootstrap)
    {
        var start = Offset;
        var read = TryString(field, end, 0x0FFF, out value, out var nibble);
        bootstrap = nibble == 1;
        return read && (nibble <= 1 || Fail(field, start, $"has bootstrap nibble {nibble:X}, not 0 or 1"));
    }

    public bool EndsAt(int end, string field) =>
        Offset == end || Fail(field, Offset, Offset < end ? $"has {end - Offset} bytes left over" : "runs over its length");

    bool TryString(string field, int end, int lengthMask, out string value, out int aboveLength)
    {
        (value, aboveLength) = ("", 0);
        var start = Offset;
        if (!TryUInt16(field, out var word))
            return false;
        var length = word & lengthMask;
        aboveLength = word >> 12;
        if (length > end - Offset)
            return Fail(field, start, $"has length {length}, but {Math.Max(end - Offset, 0)} bytes are left");
        value = Encoding.Latin1.GetString(_bytes.Slice(Offset, length));
        Offset += length;
        return true;
    }
}
