using System.Net;
using M531x.Emulator.Module;

namespace M531x.Emulator.Tracing;

/// <summary>
/// Where the module's datagrams come from as the module and its network see it: the cell address, and ports that change when the
/// network forgets them. The ports of this machine that stand behind them do not matter here.
/// </summary>
sealed class ModuleAddresses
{
    const int FirstPort = 49152;
    const int FirstSocketPort = 20_001;

    readonly Dictionary<long, int> _socketPorts = [];
    IPAddress _address = IPAddress.Parse("10.0.0.2");
    int _port = FirstPort;
    int _nextSocketPort = FirstSocketPort;

    /// <summary>Of the LwM2M client.</summary>
    public IPEndPoint Own => new(_address, _port);

    /// <summary>Of a datagram socket, which gets its port with the first datagram.</summary>
    public IPEndPoint OfSocket(long key)
    {
        if (!_socketPorts.TryGetValue(key, out var port))
            port = _socketPorts[key] = NextSocketPort();
        return new IPEndPoint(_address, port);
    }

    /// <summary>The socket that has a port at present.</summary>
    public bool TryFindSocket(int port, out long key)
    {
        foreach (var (socket, its) in _socketPorts)
        {
            key = socket;
            if (its == port)
                return true;
        }
        key = 0;
        return false;
    }

    /// <summary>Follows the effects that move the module.</summary>
    public void Take(ModuleEffect effect)
    {
        switch (effect)
        {
            case RebindSocket rebind:
                _address = rebind.Address ?? _address;
                _port = _port == IPEndPoint.MaxPort ? FirstPort : _port + 1;
                break;
            case RebindDatagrams { Key: var key } when _socketPorts.ContainsKey(key):
                _socketPorts[key] = NextSocketPort();
                break;
            case CloseSocket close:
                _socketPorts.Remove(close.Key);
                break;
        }
    }

    int NextSocketPort()
    {
        var port = _nextSocketPort;
        _nextSocketPort = port == FirstPort - 1 ? FirstSocketPort : port + 1;
        return port;
    }
}
