namespace M531x.Dtls;

/// <summary>What an engine has counted so far.</summary>
public sealed class DtlsCounters
{
    static readonly int Reasons = Enum.GetValues<DtlsDropReason>().Length;

    readonly long[] _dropped = new long[Reasons];

    /// <summary>Full and resumed handshakes that completed.</summary>
    public long Handshakes { get; internal set; }
    public long Resumptions { get; internal set; }
    public long RecordsSent { get; internal set; }
    public long RecordsReceived { get; internal set; }

    /// <summary>Flights that left again, for whatever reason.</summary>
    public long Retransmissions { get; internal set; }
    public long DatagramsSent { get; internal set; }

    public long Dropped(DtlsDropReason reason) => _dropped[(int)reason];

    public long TotalDropped => _dropped.Sum();

    internal void CountDrop(DtlsDropReason reason) => _dropped[(int)reason]++;
}
