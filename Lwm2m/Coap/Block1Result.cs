namespace M531x.Lwm2m.Coap;

public enum Block1Status
{
    /// <summary>More blocks are to come: answer <see cref="Block1Result.ToResponse"/>.</summary>
    Continue,

    /// <summary>The payload is whole: serve the request and put <see cref="Block1Result.Block"/>, if any, into the answer.</summary>
    Complete,

    /// <summary>The transfer failed: answer <see cref="Block1Result.ToResponse"/>.</summary>
    Error,
}

/// <summary>What one block of a request led to.</summary>
/// <param name="Code">2.31 to go on, 4.00, 4.08 or 4.13 for an error; meaningless when complete.</param>
/// <param name="Block">The Block1 value to answer with; null when the request came without.</param>
/// <param name="Payload">The whole payload when complete, else empty.</param>
public sealed record Block1Result(Block1Status Status, CoapCode Code, CoapBlock? Block, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The answer to a block that is not the last, or not acceptable.</summary>
    public CoapResponse ToResponse() => new(Code, Options, default);

    /// <summary>The Block1 option that every answer of the transfer carries, the final one too (RFC 7959 §2.5).</summary>
    public IReadOnlyList<CoapOption> Options
    {
        get
        {
            List<CoapOption> options = [];
            if (Block is { } block)
                options.Add(CoapOptions.Block(CoapOptionNumber.Block1, block));
            if (MaxSize is { } size)
                options.Add(CoapOptions.UInt(CoapOptionNumber.Size1, (uint)size));
            return options;
        }
    }

    /// <summary>The largest payload that is taken, to say with 4.13.</summary>
    public int? MaxSize { get; init; }
}
