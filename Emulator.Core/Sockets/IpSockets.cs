using System.Net;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Sockets of the M5311: AT+IPSTART, IPSEND, IPRCFG, IPRD, IPCLOSE.</summary>
class IpSockets(ModuleContext context, NameQueries names) : SocketFace(context, names)
{
    public const int SocketCount = 5;

    const int MaxStreamBytes = 1460;

    /// <summary>One datagram; the M5311 takes 8 bytes fewer than its specification says.</summary>
    const int MaxDatagramBytes = 712;

    /// <summary>&lt;cid&gt; of AT+IPSTART that leaves the choice to the module.</summary>
    const int UnnamedContext = 0;

    IpReceive _receive = IpReceive.Initial;

    public override int Capacity => SocketCount;

    public override string ClosedLine(ModuleSocket socket) => Named("+IPCLOSE", Text($"{socket.Id}"));

    public override void Deliver(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (_receive.IsAutomatic)
            Print(socket, from, bytes);
        else
            Engine.Keep(socket, from, bytes);
    }

    public override void Reset() => _receive = IpReceive.Initial;

    /// <summary>AT+IPSTART=id,"TCP"|"UDP",host,port: OK, then CONNECT OK or CONNECT FAIL.</summary>
    public AtResult Start(AtArguments arguments)
    {
        SocketKind? kind = arguments.Text(1).ToUpperInvariant() switch
        {
            "UDP" => SocketKind.Datagram,
            "TCP" => SocketKind.Stream,
            _ => null,
        };
        var host = arguments.Text(2);
        if (kind is null || !HostAddress.IsName(host) || !IsContext(arguments))
            return AtResult.Error;
        if (!Context.Air.HasNetwork)
            return CmeError.NoNetworkService;
        if (Sockets.TryFind(arguments.Int(0), out _))
            return CmeError.OperationNotAllowed;
        var socket = new ModuleSocket(arguments.Int(0), kind.Value);
        Sockets.Add(socket);
        var port = arguments.Int(3);
        if (HostAddress.TryParse(host, out var address))
            Engine.Connect(socket, new IPEndPoint(address, port));
        else
            Engine.Connect(socket, host, port);
        return AtResult.Ok;
    }

    /// <summary>
    /// AT+IPSEND=id,[length],data[,address,port[,priority]]: without a length, or with 0, the data are text, else so many bytes in
    /// hexadecimal digits. Where the data are prompted for, AT+IPSEND=id,length.
    /// </summary>
    public AtResult Send(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket) || socket.State != SocketState.Connected)
            return CmeError.OperationNotAllowed;
        var length = arguments.Has(1) ? arguments.Int(1) : 0;
        return length > MaxBytes(socket) ? AtResult.Error : Send(socket, length, arguments);
    }

    /// <summary>AT+IPRCFG=automatic[,mode[,hex]]. What waits is printed as soon as it may be.</summary>
    public AtResult Configure(AtArguments arguments)
    {
        _receive = new IpReceive(
            arguments.Int(0) == 1,
            arguments.Has(1) ? arguments.Int(1) : 0,
            arguments.Has(2) && arguments.Int(2) == 1);
        if (!_receive.IsAutomatic)
            return AtResult.Ok;
        foreach (var socket in Sockets.All)
        {
            while (socket.Received.TryRead(int.MaxValue, out var part))
                Print(socket, part.From, part.Bytes);
            Engine.HandleRead(socket);
        }
        return AtResult.Ok;
    }

    public AtResult ReadConfiguration()
    {
        Context.Output.Info(Named("+IPRCFG", Text($"{(_receive.IsAutomatic ? 1 : 0)},{_receive.Mode},{(_receive.IsHex ? 1 : 0)}")));
        return AtResult.Ok;
    }

    /// <summary>AT+IPRD=id,length: OK, then +IPRD with up to so many bytes of the oldest message.</summary>
    public AtResult Read(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        if (socket.Received.TryRead(arguments.Int(1), out var part))
            Print(socket, part.From, part.Bytes);
        Engine.HandleRead(socket);
        return AtResult.Ok;
    }

    /// <summary>Sends over a connected socket.</summary>
    /// <param name="length">As the command gives it, or 0.</param>
    protected virtual AtResult Send(ModuleSocket socket, int length, AtArguments arguments)
    {
        if (!arguments.Has(2) || ReadData(socket, arguments.Text(2), length) is not { } bytes || !TryReadPeer(socket, arguments, out var to))
            return AtResult.Error;
        if (socket.Kind == SocketKind.Datagram)
            Engine.SendDatagram(socket, to, bytes, out _);
        else if (!Engine.TrySendStream(socket, bytes))
            return CmeError.OperationNotAllowed;
        Context.Output.Info(Named("+IPSEND", Text($"{socket.Id},{bytes.Length}")));
        return AtResult.Ok;
    }

    static int MaxBytes(ModuleSocket socket) => socket.Kind == SocketKind.Stream ? MaxStreamBytes : MaxDatagramBytes;

    bool IsContext(AtArguments arguments) =>
        !arguments.Has(4) || arguments.Int(4) == UnnamedContext || Context.Settings.HasContext(arguments.Int(4));

    static byte[]? ReadData(ModuleSocket socket, string text, int length)
    {
        if (length > 0)
            return ReadData(text, length, isHex: true);
        return text.Length > 0 && text.Length <= MaxBytes(socket) ? Encoding.Latin1.GetBytes(text) : null;
    }

    /// <summary>A datagram may name another peer than that of its socket; a stream has a priority in the same place.</summary>
    static bool TryReadPeer(ModuleSocket socket, AtArguments arguments, out IPEndPoint to)
    {
        to = socket.Peer!;
        if (socket.Kind == SocketKind.Stream || !arguments.Has(3))
            return true;
        if (!HostAddress.TryParse(arguments.Text(3), out var address))
            return false;
        to = new IPEndPoint(address, arguments.Has(4) ? arguments.Int(4) : to.Port);
        return true;
    }

    void Print(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        var sender = _receive.Mode == 0 ? "" : Text($"\"{from.Address}\",{from.Port},");
        Context.Output.Urc(Named("+IPRD", Text($"{socket.Id},{sender}{bytes.Length},{ShowData(bytes, _receive.IsHex)}")));
    }
}
