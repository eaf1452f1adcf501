using System.Runtime.InteropServices;

namespace M531x.Lwm2m.Coap;

/// <summary>
/// Puts the blocks of one response together (RFC 7959 §2.4): in order, of one format and one ETag. Later blocks may leave the format out, as
/// some servers do.
/// </summary>
/// <param name="limit">The largest payload in bytes.</param>
public sealed class Block2Collector(int limit = 65536)
{
    readonly List<byte> _bytes = [];
    CoapMessage? _first;

    /// <summary>The first block's message with all bytes so far.</summary>
    public CoapMessage Whole => _first!.WithPayload(_bytes.ToArray());

    /// <summary>The block to ask for after this one; the size is the sender's.</summary>
    public static CoapBlock After(CoapBlock block) => new(block.Number + 1, false, block.Szx);

    /// <summary>Takes the next block. False when it is not the next one of the same representation, or too much: all is void then.</summary>
    public bool TryAdd(CoapMessage response, CoapBlock block)
    {
        _first ??= response;
        var length = response.Payload.Length;
        if (block.Offset != _bytes.Count || (block.More ? length != block.Size : length > block.Size) || _bytes.Count + length > limit)
            return false;
        if ((response.ContentFormat ?? _first.ContentFormat) != _first.ContentFormat || !TagOf(response).SequenceEqual(TagOf(_first)))
            return false;
        CollectionsMarshal.SetCount(_bytes, _bytes.Count + length);
        response.Payload.Span.CopyTo(CollectionsMarshal.AsSpan(_bytes)[^length..]);
        return true;
    }

    static ReadOnlySpan<byte> TagOf(CoapMessage response) => (response.ETag ?? default).Span;
}
