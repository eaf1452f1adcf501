namespace M531x.Emulator.Lines;

/// <summary>A snapshot of an endpoint's byte counts.</summary>
/// <param name="BytesIn">Bytes delivered to the sink.</param>
/// <param name="BytesOut">Bytes accepted by the client's side, without those still buffered.</param>
/// <param name="BytesDropped">Bytes written while the buffer was full.</param>
readonly record struct EndpointCounters(long BytesIn, long BytesOut, long BytesDropped);
