namespace M531x.Lwm2m.Coap;

/// <summary>Cuts a payload into the block that a request asks for (RFC 7959 §2.4).</summary>
public static class Block2Slicer
{
    /// <summary>
    /// Gives the block asked for, or the first one when the request did not ask. The size is the smaller of the one asked for
    /// and 2^(<paramref name="defaultSzx"/>+4); a smaller size keeps the offset and changes the number. False past the end.
    /// </summary>
    public static bool Slice(ReadOnlyMemory<byte> payload, CoapBlock? asked, int defaultSzx, out CoapBlock block, out ReadOnlyMemory<byte> part)
    {
        var szx = Math.Min(Math.Clamp(defaultSzx, 0, 6), asked?.Szx ?? 6);
        var offset = asked?.Offset ?? 0;
        var size = 1 << (szx + 4);
        part = default;
        block = new CoapBlock(offset / size, false, szx);
        if (offset > 0 && offset >= payload.Length)
            return false;

        part = payload.Slice(offset, Math.Min(size, payload.Length - offset));
        block = block with { More = offset + part.Length < payload.Length };
        return true;
    }
}
