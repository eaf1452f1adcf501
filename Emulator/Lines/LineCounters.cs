namespace M531x.Emulator.Lines;

/// <summary>A snapshot of a line's byte counts.</summary>
/// <param name="BytesIn">Bytes delivered to the sink.</param>
/// <param name="BytesOut">Bytes the client's side has taken; what is still buffered is not counted yet.</param>
/// <param name="BytesDropped">Bytes written while the buffer was full.</param>
readonly record struct LineCounters(long BytesIn, long BytesOut, long BytesDropped);
