using System.Net;
using M531x.Emulator.Core.World;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>
/// One datagram socket of the module as the network sees it: a port that is opened with the first datagram, changes with
/// <see cref="Rebind"/>, and lets in only answers of servers that were sent to, as a NAT does.
/// </summary>
/// <param name="what">Names the socket in errors.</param>
/// <param name="routes">Where the servers really are.</param>
/// <param name="log">Gets what could not be sent.</param>
/// <param name="received">Called on the thread pool with the server as the module knows it.</param>
sealed class RoutedDatagrams(string what, RouteTable routes, ILogger log, Action<IPEndPoint, byte[]> received) : IDisposable
{
    readonly Dictionary<IPEndPoint, IPEndPoint> _seen = [];
    UdpPort? _port;

    public IPEndPoint? Address => _port?.Address;

    public void Send(IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        var real = routes.Translate(to);
        var toLoopback = IPAddress.IsLoopback(real.Address);
        // Bound to loopback as long as nothing else is needed.
        if (_port is not null && !toLoopback && IPAddress.IsLoopback(_port.Address.Address))
            Rebind();
        lock (_seen)
            _seen[real] = to;
        _port ??= new UdpPort(what, new IPEndPoint(toLoopback ? IPAddress.Loopback : IPAddress.Any, 0), Receive);
        if (_port.Send(real, bytes) is { } problem)
            log.Warning("a datagram to {Server} was not sent: {Problem}", real, problem);
    }

    /// <summary>The next datagram leaves from a new port; what is sent to the old one is lost.</summary>
    public void Rebind()
    {
        _port?.Dispose();
        _port = null;
        lock (_seen)
            _seen.Clear();
    }

    public void Dispose() => _port?.Dispose();

    void Receive(IPEndPoint from, byte[] bytes)
    {
        IPEndPoint? server;
        lock (_seen)
            server = _seen.GetValueOrDefault(from);
        if (server is not null)
            received(server, bytes);
    }
}
