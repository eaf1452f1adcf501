namespace M531x.Dtls;

/// <summary>What an engine has counted so far.</summary>
public sealed class DtlsCounters
{
    /// <summary>For each reason, of which <see cref="DtlsDropReason.Unauthenticated"/> is the last.</summary>
    readonly long[] _dropped = new long[(int)DtlsDropReason.Unauthenticated + 1];

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
