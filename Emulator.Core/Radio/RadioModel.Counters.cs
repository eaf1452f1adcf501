namespace M531x.Emulator.Core.Radio;

/// <content>What AT+NUESTATS counts since the last restart: times on air, and the data of a connection.</content>
sealed partial class RadioModel
{
    /// <summary>Bits per second of a single 15 kHz tone (assumed).</summary>
    const int ToneRate = 15_600;

    /// <summary>Uplink signalling: random access and service request, and beside them what an attach takes (assumed).</summary>
    const int ServiceRequestBytes = 24;
    const int AttachBytes = 180;

    TimeSpan _received;
    TimeSpan _receivingSince;
    TimeSpan _connectedSince;
    TimeSpan _connectedFor;
    long _uplinkBytes;
    long _downlinkBytes;

    bool IsReceiving => IsReceiver(State);

    /// <summary>Time the transmitter was on.</summary>
    public TimeSpan TransmitTime { get; private set; }

    /// <summary>Time the receiver was on, for the search and for RRC connections, up to now. The paging occasions between them are too short to count.</summary>
    public TimeSpan ReceiveTime(TimeSpan now) => IsReceiving ? _received + (now - _receivingSince) : _received;

    /// <summary>Data of the connection that is up, or of the last one, in bits per second over its length so far.</summary>
    public long UplinkRate(TimeSpan now) => Rate(_uplinkBytes, now);

    /// <inheritdoc cref="UplinkRate"/>
    public long DownlinkRate(TimeSpan now) => Rate(_downlinkBytes, now);

    long Rate(long bytes, TimeSpan now)
    {
        var seconds = (IsConnected ? now - _connectedSince : _connectedFor).TotalSeconds;
        return seconds > 0 ? (long)(8 * bytes / seconds) : 0;
    }

    void CountUplink(int bytes)
    {
        _uplinkBytes += bytes;
        CountAirTime(bytes);
    }

    void CountDownlink(int bytes) => _downlinkBytes += bytes;

    void CountAirTime(int bytes) => TransmitTime += TimeSpan.FromSeconds(8.0 * bytes / ToneRate);

    void CountReception(TimeSpan now, RadioState from)
    {
        if (IsReceiver(from))
            _received += now - _receivingSince;
        _receivingSince = now;
        if (from == RadioState.Connected)
            _connectedFor = now - _connectedSince;
        if (!IsConnected)
            return;
        _connectedSince = now;
        (_uplinkBytes, _downlinkBytes) = (0, 0);
    }

    void ResetCounters()
    {
        TransmitTime = _received = _connectedFor = TimeSpan.Zero;
        (_uplinkBytes, _downlinkBytes) = (0, 0);
    }

    static bool IsReceiver(RadioState state) => state is RadioState.Searching or RadioState.Connected;
}
