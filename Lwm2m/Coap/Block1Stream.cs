namespace M531x.Lwm2m.Coap;

/// <summary>
/// Checks the blocks of one request that is handed on block by block instead of being put together (RFC 7959 §2.5): in their
/// order, the next one only after the last was taken. Nothing is stored, so there is no limit to the whole.
/// </summary>
/// <param name="maxSzx">Larger blocks are taken, but the answer to the first one asks for this size (RFC 7959 §2.3).</param>
public sealed class Block1Stream(int maxSzx = 6)
{
    long _next;
    CoapBlock? _open;
    CoapBlock? _taken;
    TimeSpan _expires;

    /// <summary>The block that was handed on last and is not settled; null for none.</summary>
    public CoapBlock? Open => _open;

    /// <summary>
    /// Takes a block. Complete: hand it on and report with <see cref="Settle"/>. Continue: it was taken before, and only its answer
    /// is to be repeated. Error: the transfer is over.
    /// </summary>
    /// <param name="now">Core time.</param>
    /// <param name="block">The request's Block1.</param>
    /// <param name="length">Bytes of its payload.</param>
    public Block1Result Feed(TimeSpan now, CoapBlock block, int length)
    {
        if (_expires <= now || block.Number == 0)
            Forget();
        if (length > block.Size || block.More && length != block.Size)
            return Error(CoapCode.BadRequest, block);
        _expires = now + CoapTransmission.ExchangeLifetime;
        if (block == _taken)
            return new Block1Result(Block1Status.Continue, block.More ? CoapCode.Continue : CoapCode.Changed, block, default);
        if (block.Offset != _next)
            return Error(CoapCode.RequestEntityIncomplete, block);
        _open = block;
        return new Block1Result(Block1Status.Complete, default, block is { Number: 0, More: true } ? block.NoLargerThan(maxSzx) : block, default);
    }

    /// <summary>The block handed on was taken, or refused: then the transfer is over.</summary>
    public void Settle(CoapBlock block, bool taken)
    {
        if (block != _open)
            return;
        if (!taken)
        {
            Forget();
            return;
        }
        (_open, _taken) = (null, block);
        _next = (long)block.Offset + block.Size;
    }

    public void Forget() => (_next, _open, _taken) = (0, null, null);

    Block1Result Error(CoapCode code, CoapBlock block)
    {
        Forget();
        return new Block1Result(Block1Status.Error, code, block, default);
    }
}
