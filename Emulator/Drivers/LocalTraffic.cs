namespace M531x.Emulator.Drivers;

/// <summary>
/// The datagrams between the module and the local OneNET that the operating system holds. Core time stands still until they have arrived:
/// otherwise a jump of the clock would fire a retransmission timer before an answer that is there already.
/// </summary>
sealed class LocalTraffic(TimeProvider wall)
{
    /// <summary>After this a datagram has been thrown away, as for want of room in a socket's buffer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    readonly Dictionary<(int FromPort, int ToPort), int> _underWay = [];
    long _last;

    public void Left(int fromPort, int toPort)
    {
        _underWay[(fromPort, toPort)] = _underWay.GetValueOrDefault((fromPort, toPort)) + 1;
        _last = wall.GetTimestamp();
    }

    public void Arrived(int fromPort, int toPort)
    {
        if (!_underWay.TryGetValue((fromPort, toPort), out var count))
            return; // of a device that is not ours
        if (count == 1)
            _underWay.Remove((fromPort, toPort));
        else
            _underWay[(fromPort, toPort)] = count - 1;
        _last = wall.GetTimestamp();
    }

    /// <summary>Nobody listens there any more.</summary>
    public void Forget(int toPort)
    {
        foreach (var key in _underWay.Keys.Where(k => k.ToPort == toPort).ToList())
            _underWay.Remove(key);
    }

    /// <summary>How long to wait for what is under way, in wall-clock time; zero when nothing is.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (_underWay.Count == 0)
                return TimeSpan.Zero;
            var left = Patience - wall.GetElapsedTime(_last);
            if (left > TimeSpan.Zero)
                return left;
            _underWay.Clear();
            return TimeSpan.Zero;
        }
    }
}
