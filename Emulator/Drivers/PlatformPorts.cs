using System.Net;
using M531x.Emulator.Core.Platform;

namespace M531x.Emulator.Drivers;

/// <summary>The UDP ports of the local OneNET: both servers, plain and behind DTLS.</summary>
sealed class PlatformPorts : IDisposable
{
    static readonly (OneNetPort Port, string Name)[] Names =
    [
        (OneNetPort.Bootstrap, "bootstrap server"),
        (OneNetPort.Lwm2m, "LwM2M server"),
        (OneNetPort.BootstrapDtls, "bootstrap server (DTLS)"),
        (OneNetPort.Lwm2mDtls, "LwM2M server (DTLS)"),
    ];

    readonly Dictionary<OneNetPort, UdpPort> _ports = [];

    /// <exception cref="UdpPortException">One of the addresses cannot be bound; none is then.</exception>
    public PlatformPorts(IReadOnlyDictionary<OneNetPort, IPEndPoint> addresses, Action<OneNetPort, IPEndPoint, byte[]> received)
    {
        try
        {
            foreach (var (port, name) in Names)
                _ports[port] = new UdpPort(name, addresses.GetValueOrDefault(port) ?? new IPEndPoint(IPAddress.Loopback, 0), (from, bytes) => received(port, from, bytes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IPEndPoint AddressOf(OneNetPort port) => _ports[port].Address;

    /// <summary>Whether a datagram to there reaches one of the ports.</summary>
    public bool Has(IPEndPoint to) => _ports.Values.Any(p => p.Address.Port == to.Port
        && (p.Address.Address.Equals(to.Address) || (p.Address.Address.Equals(IPAddress.Any) && IPAddress.IsLoopback(to.Address))));

    /// <summary>False when the operating system refuses it; it is lost then.</summary>
    public bool Send(OneNetDatagram datagram) => _ports[datagram.Port].Send(datagram.To, datagram.Bytes.Span) is null;

    public void Dispose()
    {
        foreach (var port in _ports.Values)
            port.Dispose();
    }
}
