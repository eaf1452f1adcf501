using System.Runtime.InteropServices;

namespace M531x.Lwm2m.Coap;

/// <summary>
/// Puts the blocks of requests together (RFC 7959 §2.5), one transfer per peer, method and path.
/// A block that is repeated in a new exchange is answered as before; repetitions of one exchange never get here.
/// </summary>
/// <param name="limit">The largest payload in bytes.</param>
/// <param name="maxTransfers">Transfers under way at once; the one that rested longest gives way.</param>
/// <param name="maxSzx">Larger blocks are taken, but the answer to the first one asks for this size (RFC 7959 §2.3).</param>
public sealed class Block1Assembler(int limit = 2048, int maxTransfers = 8, int maxSzx = 6)
{
    readonly Dictionary<TransferKey, Transfer> _transfers = [];

    internal int Count => _transfers.Count;

    /// <summary>Takes a request with or without Block1; without, it is complete as it is.</summary>
    public Block1Result Feed(CoapPeer peer, CoapMessage request, TimeSpan now)
    {
        foreach (var expired in _transfers.Where(t => t.Value.Expires <= now).Select(t => t.Key).ToArray())
            _transfers.Remove(expired);

        if (request.Block1 is not { } block)
        {
            return request.Payload.Length > limit
                ? TooLarge(null)
                : new Block1Result(Block1Status.Complete, default, null, request.Payload);
        }

        var key = new TransferKey(peer, request.Code, string.Join('\0', request.UriPath));
        var result = Take(key, block, request, now);
        if (result.Status != Block1Status.Continue)
            _transfers.Remove(key);
        return result;
    }

    Block1Result Take(TransferKey key, CoapBlock block, CoapMessage request, TimeSpan now)
    {
        var length = request.Payload.Length;
        if (length > block.Size || (block.More && length != block.Size))
            return Error(CoapCode.BadRequest, block);
        if (block.Offset + length > limit || (block.Number == 0 && Announced(request) > limit))
            return TooLarge(block);

        _transfers.TryGetValue(key, out var transfer);
        if (transfer is not null && transfer.IsRepetition(block, request))
            return Progress(transfer, block, now);
        if (block.Number == 0)
            transfer = Begin(key, request);
        else if (transfer is null || transfer.Bytes.Count != block.Offset || transfer.ContentFormat != request.ContentFormat)
            return Error(CoapCode.RequestEntityIncomplete, block);

        transfer.LastBlock = block;
        transfer.Bytes.AddRange(request.Payload.Span);
        return Progress(transfer, block, now);
    }

    Block1Result Progress(Transfer transfer, CoapBlock block, TimeSpan now)
    {
        transfer.Expires = now + CoapTransmission.ExchangeLifetime;
        return block.More
            ? new Block1Result(Block1Status.Continue, CoapCode.Continue, block.Number == 0 ? block.NoLargerThan(maxSzx) : block, default)
            : new Block1Result(Block1Status.Complete, default, block, transfer.Bytes.ToArray());
    }

    Transfer Begin(TransferKey key, CoapMessage request)
    {
        _transfers.Remove(key);
        if (_transfers.Count >= maxTransfers)
            _transfers.Remove(_transfers.MinBy(t => t.Value.Expires).Key);
        return _transfers[key] = new Transfer(request.ContentFormat);
    }

    // Size1 is a hint (RFC 7959 §4): it spares the peer the blocks that would be refused anyway.
    static long Announced(CoapMessage request)
    {
        if (request.Option(CoapOptionNumber.Size1) is not { Length: <= 4 } value)
            return 0;
        var size = 0L;
        foreach (var b in value.Span)
            size = (size << 8) | b;
        return size;
    }

    /// <summary>The refusal says how much would have been taken (RFC 7252 §5.9.2.9).</summary>
    Block1Result TooLarge(CoapBlock? block) => Error(CoapCode.RequestEntityTooLarge, block) with { MaxSize = limit };

    static Block1Result Error(CoapCode code, CoapBlock? block) => new(Block1Status.Error, code, block, default);

    readonly record struct TransferKey(CoapPeer Peer, CoapCode Method, string Path);

    sealed class Transfer(int? contentFormat)
    {
        public int? ContentFormat { get; } = contentFormat;
        public List<byte> Bytes { get; } = [];
        public CoapBlock LastBlock { get; set; }
        public TimeSpan Expires { get; set; }

        public bool IsRepetition(CoapBlock block, CoapMessage request) =>
            block == LastBlock
            && Bytes.Count == block.Offset + request.Payload.Length
            && request.Payload.Span.SequenceEqual(CollectionsMarshal.AsSpan(Bytes)[block.Offset..]);
    }
}
