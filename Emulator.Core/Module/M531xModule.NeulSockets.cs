using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>Sockets of the Neul family: AT+NSOCR, NSOCFG, NSOCO, NSOST, NSOSD, NSORF, NSOCL.</content>
sealed partial class M531xModule
{
    const int UdpProtocol = 17;
    const int TcpProtocol = 6;

    /// <summary>AT+NSOCR=type,protocol[,port[,receive control]]: prints the number of the new socket.</summary>
    internal AtResult CreateSocket(AtArguments arguments)
    {
        SocketKind? kind = (arguments.Text(0).ToUpperInvariant(), arguments.Int(1)) switch
        {
            ("DGRAM", UdpProtocol) => SocketKind.Datagram,
            ("STREAM", TcpProtocol) => SocketKind.Stream,
            _ => null,
        };
        if (kind is null)
            return AtResult.Error;
        var port = arguments.Has(2) ? arguments.Int(2) : 0;
        if (port != 0 && _sockets.All.Any(s => s.LocalPort == port && s.Kind == kind) || !_sockets.TryFindFree(out var id))
            return CmeError.OperationNotAllowed;
        var socket = new ModuleSocket(id, kind.Value)
        {
            LocalPort = port,
            Mode = arguments.Has(3) ? (ReceiveMode)arguments.Int(3) : ReceiveMode.Announce,
        };
        _sockets.Add(socket);
        Trace("socket", "open", $"{id} {kind}", ("id", id), ("kind", kind.ToString()));
        Info(Number(id));
        return AtResult.Ok;
    }

    /// <summary>AT+NSOCFG=socket,sent,received: 1 for hexadecimal digits, which is the rule, 0 for plain text.</summary>
    internal AtResult ConfigureSocket(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        (socket.SendsHex, socket.ReceivesHex) = (arguments.Int(1) == 1, arguments.Int(2) == 1);
        return AtResult.Ok;
    }

    /// <summary>AT+NSOCO=socket,address,port: OK, then CONNECT OK or CONNECT FAIL. A datagram socket gets the peer of its AT+NSOSD.</summary>
    internal AtResult ConnectSocket(AtArguments arguments)
    {
        if (!TryParseAddress(arguments.Text(1), out var address))
            return AtResult.Error;
        if (!_sockets.TryFind(arguments.Int(0), out var socket) || (socket.Kind == SocketKind.Stream && socket.State != SocketState.Open))
            return CmeError.OperationNotAllowed;
        if (!HasNetwork)
            return CmeError.NoNetworkService;
        Connect(socket, new IPEndPoint(address, arguments.Int(2)));
        return AtResult.Ok;
    }

    /// <summary>The network has given an address; without coverage it lasts, and what is sent waits or is lost.</summary>
    bool HasNetwork => _radio.Address is not null;

    /// <summary>AT+NSOST=socket,address,port,length,data[,sequence]: a datagram. A sequence number asks for +NSOSTR, which says whether it left.</summary>
    internal AtResult SendTo(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket) || socket.Kind != SocketKind.Datagram)
            return CmeError.OperationNotAllowed;
        if (!TryParseAddress(arguments.Text(1), out var address) || ReadData(arguments.Text(4), arguments.Int(3), socket.SendsHex) is not { } bytes)
            return AtResult.Error;
        if (!HasNetwork)
            return CmeError.NoNetworkService;
        SendDatagram(socket, new IPEndPoint(address, arguments.Int(2)), bytes, out var sent);
        return Sent(socket, bytes, sent, arguments, sequence: 5);
    }

    /// <summary>AT+NSOSD=socket,length,data[,flag[,sequence]]: to the peer of AT+NSOCO. The flag is that of AT+MIPLNOTIFY.</summary>
    internal AtResult SendToPeer(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket) || socket.State != SocketState.Connected)
            return CmeError.OperationNotAllowed;
        if (ReadData(arguments.Text(2), arguments.Int(1), socket.SendsHex) is not { } bytes)
            return AtResult.Error;
        var sent = true;
        if (socket.Kind == SocketKind.Datagram)
            SendDatagram(socket, socket.Peer!, bytes, out sent);
        else if (!SendStream(socket, bytes))
            return CmeError.OperationNotAllowed;
        if (arguments.Has(3))
            ReleaseAfter(arguments.Text(3));
        return Sent(socket, bytes, sent, arguments, sequence: 4);
    }

    void ReleaseAfter(string flagText)
    {
        _ = AtParameter.TryParseFlag(flagText, out var flag);
        if (flag == FlagReleaseAfterSend)
            _radio.ReleaseAfterUplink(_now);
        else if (flag == FlagReleaseAfterAnswer)
            _radio.ReleaseAfterDownlink();
    }

    AtResult Sent(ModuleSocket socket, byte[] bytes, bool sent, AtArguments arguments, int sequence)
    {
        Info(Line($"{socket.Id},{bytes.Length}"));
        if (arguments.Has(sequence))
            Urc(Named("+NSOSTR", Line($"{socket.Id},{arguments.Int(sequence)},{(sent ? 1 : 0)}")));
        return AtResult.Ok;
    }

    /// <summary>AT+NSORF=socket,length: up to so many bytes of the oldest message; nothing but OK when there is none.</summary>
    internal AtResult ReceiveFrom(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        if (!socket.Received.TryRead(arguments.Int(1), out var part))
            return AtResult.Ok;
        Info((Has(Quirk.NsorfPrefix) ? "+NSORF:" : "") + Part(socket, part));
        // Once a message is read to its end the next one is announced.
        if (part.Remaining == 0 && !socket.Received.IsEmpty)
            Announce(socket);
        ContinueStream(socket);
        DropIfRead(socket);
        return AtResult.Ok;
    }

    void TakeNeulData(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        switch (socket.Mode)
        {
            case ReceiveMode.Announce:
                var isFirst = socket.Received.IsEmpty;
                KeepData(socket, from, bytes);
                if (isFirst && !socket.Received.IsEmpty)
                    Announce(socket);
                break;
            case ReceiveMode.Print:
                Urc(Named("+NSORF", Part(socket, new ReceivedPart(from, bytes, 0))));
                break;
            case ReceiveMode.Ignore:
                Trace("socket", "receive.ignored", Number(socket.Id), ("id", socket.Id), ("bytes", bytes.Length));
                break;
        }
    }

    void Announce(ModuleSocket socket) => Urc(Named("+NSONMI", Line($"{socket.Id},{socket.Received.NextLength}")));

    static string Part(ModuleSocket socket, ReceivedPart part) =>
        Line($"{socket.Id},{part.From.Address},{part.From.Port},{part.Bytes.Length},{ShowData(part.Bytes, socket.ReceivesHex)},{part.Remaining}");
}
