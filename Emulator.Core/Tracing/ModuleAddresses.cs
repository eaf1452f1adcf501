using System.Net;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// Where the module's datagrams come from as the module and its network see it: the cell address, and ports that change when the
/// network forgets them. The ports of this machine that stand behind them do not matter here.
/// </summary>
sealed class ModuleAddresses
{
    const int FirstPort = 49152;
    const int FirstSocketPort = 20_001;

    readonly PortRange _ports;
    readonly PortRange _portsOfSockets;
    readonly Dictionary<long, int> _socketPorts = [];
    IPAddress _address = IPAddress.Parse("10.0.0.2");
    int _port;
    int _nextSocketPort;

    /// <param name="module">Index of the module: no two of one network share a port.</param>
    /// <param name="modules">How many there are.</param>
    public ModuleAddresses(int module = 0, int modules = 1)
    {
        _ports = PortRange.Share(FirstPort, IPEndPoint.MaxPort, module, modules);
        _portsOfSockets = PortRange.Share(FirstSocketPort, FirstPort - 1, module, modules);
        _port = _ports.First;
        _nextSocketPort = _portsOfSockets.First;
    }

    /// <summary>Of the LwM2M client.</summary>
    public IPEndPoint Own => new(_address, _port);

    /// <summary>Of a datagram socket, which gets its port with the first datagram.</summary>
    public IPEndPoint OfSocket(long key)
    {
        if (!_socketPorts.TryGetValue(key, out var port))
            port = _socketPorts[key] = NextSocketPort();
        return new IPEndPoint(_address, port);
    }

    /// <summary>Whether the port is, was or will be one of this module.</summary>
    public bool IsOwn(int port) => _ports.Has(port) || _portsOfSockets.Has(port);

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
                _port = _ports.After(_port);
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
        _nextSocketPort = _portsOfSockets.After(port);
        return port;
    }

    readonly record struct PortRange(int First, int Last)
    {
        public static PortRange Share(int first, int last, int index, int count)
        {
            var size = (last - first + 1) / count;
            return new PortRange(first + index * size, first + (index + 1) * size - 1);
        }

        public bool Has(int port) => port >= First && port <= Last;

        public int After(int port) => port == Last ? First : port + 1;
    }
}
