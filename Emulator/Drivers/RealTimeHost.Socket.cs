using System.Net;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;

namespace M531x.Emulator.Drivers;

/// <content>The module's UDP socket: where its datagrams leave from, and how it moves when the module's address changes.</content>
sealed partial class RealTimeHost
{
    /// <summary>The server address the module knows, by the socket address behind it.</summary>
    readonly Dictionary<IPEndPoint, IPEndPoint> _seen = [];

    readonly bool _loopbackOnly;
    UdpPort? _socket;
    IPAddress? _cellAddress;

    /// <summary>Where the module's datagrams leave from while all its servers are on loopback.</summary>
    IPAddress _loopbackSource = IPAddress.Loopback;
    int _formerPort;

    /// <summary>
    /// The loopback address that stands for a cell address, so that a server on this machine sees the module move:
    /// 127.x.y.z, x from 128 on, away from the addresses that services use.
    /// </summary>
    internal static IPAddress LoopbackFor(IPAddress cellAddress)
    {
        var bytes = cellAddress.GetAddressBytes();
        return new IPAddress([127, (byte)(bytes[1] | 0x80), bytes[2], bytes[3]]);
    }

    /// <summary>127.0.0.1 until the address changes for the first time. Only Linux has all of 127.0.0.0/8 without further ado.</summary>
    void TakeCellAddress(IPAddress? address)
    {
        if (address is null || address.Equals(_cellAddress))
            return;
        if (_cellAddress is not null && OperatingSystem.IsLinux())
            _loopbackSource = LoopbackFor(address);
        _cellAddress = address;
    }

    void CloseSocket()
    {
        if (_socket is null)
            return;
        _formerPort = _socket.Address.Port;
        _traffic.Forget(_formerPort);
        _socket.Dispose();
        _socket = null;
    }

    void SendUp(DatagramOutput datagram) => Pass(up: true, datagram.To, datagram.Bytes, bytes => SendPassed(datagram with { Bytes = bytes }));

    void SendPassed(DatagramOutput datagram)
    {
        var to = _routes.Translate(datagram.To);
        if (_loopbackOnly && !IPAddress.IsLoopback(to.Address))
        {
            _log.Error("a datagram to {Server} was not sent: with --unsafe-deterministic-crypto only loopback is served", to);
            return;
        }
        _seen[to] = datagram.To;
        if (_socket is not null && IPAddress.IsLoopback(_socket.Address.Address) && !IPAddress.IsLoopback(to.Address))
            CloseSocket();
        _socket ??= OpenSocket();
        if (_socket.Send(to, datagram.Bytes.Span) is { } problem)
            _log.Warning("a datagram to {Server} was not sent: {Problem}", to, problem);
        else if (_ports?.Has(to) == true)
            _traffic.Left(_socket.Address.Port, to.Port);
    }

    void SendDown(OneNetDatagram datagram)
    {
        if (_ports!.Send(datagram) && _socket?.Address is { } module && module.Port == datagram.To.Port && IPAddress.IsLoopback(datagram.To.Address))
            _traffic.Left(_ports.AddressOf(datagram.Port).Port, module.Port);
    }

    /// <summary>On loopback as long as nothing else is needed, and on another port than before.</summary>
    UdpPort OpenSocket()
    {
        var source = _seen.Keys.All(s => IPAddress.IsLoopback(s.Address)) ? _loopbackSource : IPAddress.Any;
        var socket = OpenSocket(source);
        if (socket.Address.Port == _formerPort)
        {
            var again = OpenSocket(source); // while the first one holds the port
            socket.Dispose();
            socket = again;
        }
        _log.Debug("the module's datagrams leave from {Address}", socket.Address);
        return socket;
    }

    UdpPort OpenSocket(IPAddress source)
    {
        try
        {
            return NewSocket(source);
        }
        catch (UdpPortException) when (IPAddress.IsLoopback(source) && !source.Equals(IPAddress.Loopback))
        {
            return NewSocket(IPAddress.Loopback); // a machine with 127.0.0.1 alone
        }
    }

    UdpPort NewSocket(IPAddress source)
    {
        UdpPort? socket = null;
        // What waits in the queue when the socket is closed was on its way to the old address.
        return socket = new UdpPort("module", new IPEndPoint(source, 0),
            (from, bytes) => Post(() => ReceiveDown(socket, from, bytes)),
            to => Post(() => TakeUnreachable(socket, to)));
    }

    void ReceiveDown(UdpPort? at, IPEndPoint from, byte[] bytes)
    {
        if (at is null || at != _socket)
            return;
        _traffic.Arrived(from.Port, at.Address.Port);
        if (_seen.TryGetValue(from, out var server))
            Pass(up: false, server, bytes, copy => _module.HandleDatagram(Now, server, copy.Span));
    }

    void TakeUnreachable(UdpPort? at, IPEndPoint to)
    {
        if (at == _socket && _seen.TryGetValue(to, out var server))
            _module.HandleUnreachable(Now, server);
    }
}
