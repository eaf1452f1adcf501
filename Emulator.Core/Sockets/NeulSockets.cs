using System.Globalization;
using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Sockets of the Neul family: AT+NSOCR, NSOCFG, NSOCO, NSOST, NSOSD, NSORF, NSOCL.</summary>
sealed class NeulSockets(ModuleContext context, NameQueries names) : SocketFace(context, names)
{
    public const int SocketCount = 7;

    const int UdpProtocol = 17;
    const int TcpProtocol = 6;

    public override int Capacity => SocketCount;

    public override bool KeepsFailedSockets => true;

    public override string ClosedLine(ModuleSocket socket) => Named("+NSOCLI", Text($"{socket.Id}"));

    public override void Deliver(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        switch (socket.Mode)
        {
            case ReceiveMode.Announce:
                var isFirst = socket.Received.IsEmpty;
                Engine.Keep(socket, from, bytes);
                if (isFirst && !socket.Received.IsEmpty)
                    Announce(socket);
                break;
            case ReceiveMode.Print:
                Context.Output.Urc(Named("+NSORF", Part(socket, new ReceivedPart(from, bytes, 0))));
                break;
            case ReceiveMode.Ignore:
                Context.Trace("socket", "receive.ignored", Text($"{socket.Id}"), ("id", socket.Id), ("bytes", bytes.Length));
                break;
        }
    }

    /// <summary>AT+NSOCR=type,protocol[,port[,receive control]]: prints the number of the new socket.</summary>
    public AtResult Create(AtArguments arguments)
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
        if (port != 0 && Sockets.All.Any(s => s.LocalPort == port && s.Kind == kind) || !Sockets.TryFindFree(out var id))
            return CmeError.OperationNotAllowed;
        var socket = new ModuleSocket(id, kind.Value)
        {
            LocalPort = port,
            Mode = arguments.Has(3) ? (ReceiveMode)arguments.Int(3) : ReceiveMode.Announce,
        };
        Sockets.Add(socket);
        Context.Trace("socket", "open", $"{id} {kind}", ("id", id), ("kind", kind.ToString()));
        Context.Output.Info(id.ToString(CultureInfo.InvariantCulture));
        return AtResult.Ok;
    }

    /// <summary>AT+NSOCFG=socket,sent,received: 1 for hexadecimal digits, which is the rule, 0 for plain text.</summary>
    public AtResult Configure(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        (socket.SendsHex, socket.ReceivesHex) = (arguments.Int(1) == 1, arguments.Int(2) == 1);
        return AtResult.Ok;
    }

    /// <summary>AT+NSOCO=socket,address,port: OK, then CONNECT OK or CONNECT FAIL. A datagram socket gets the peer of its AT+NSOSD.</summary>
    public AtResult Connect(AtArguments arguments)
    {
        if (!HostAddress.TryParse(arguments.Text(1), out var address))
            return AtResult.Error;
        if (!Sockets.TryFind(arguments.Int(0), out var socket) || (socket.Kind == SocketKind.Stream && socket.State != SocketState.Open))
            return CmeError.OperationNotAllowed;
        if (!Context.Air.HasNetwork)
            return CmeError.NoNetworkService;
        Engine.Connect(socket, new IPEndPoint(address, arguments.Int(2)));
        return AtResult.Ok;
    }

    /// <summary>AT+NSOST=socket,address,port,length,data[,sequence]: a datagram. A sequence number asks for +NSOSTR, which says whether it left.</summary>
    public AtResult SendTo(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket) || socket.Kind != SocketKind.Datagram)
            return CmeError.OperationNotAllowed;
        if (!HostAddress.TryParse(arguments.Text(1), out var address)
            || ReadData(arguments.Text(4), arguments.Int(3), socket.SendsHex) is not { } bytes)
            return AtResult.Error;
        if (!Context.Air.HasNetwork)
            return CmeError.NoNetworkService;
        Engine.SendDatagram(socket, new IPEndPoint(address, arguments.Int(2)), bytes, out var sent);
        return ShowSent(socket, bytes, sent, arguments, sequence: 5);
    }

    /// <summary>AT+NSOSD=socket,length,data[,flag[,sequence]]: to the peer of AT+NSOCO. The flag is that of AT+MIPLNOTIFY.</summary>
    public AtResult SendToPeer(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket) || socket.State != SocketState.Connected)
            return CmeError.OperationNotAllowed;
        if (ReadData(arguments.Text(2), arguments.Int(1), socket.SendsHex) is not { } bytes)
            return AtResult.Error;
        var sent = true;
        if (socket.Kind == SocketKind.Datagram)
            Engine.SendDatagram(socket, socket.Peer!, bytes, out sent);
        else if (!Engine.TrySendStream(socket, bytes))
            return CmeError.OperationNotAllowed;
        if (arguments.Has(3))
            ReleaseAfter(arguments.Text(3));
        return ShowSent(socket, bytes, sent, arguments, sequence: 4);
    }

    /// <summary>AT+NSORF=socket,length: up to so many bytes of the oldest message; nothing but OK when there is none.</summary>
    public AtResult Read(AtArguments arguments)
    {
        if (!Sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        if (!socket.Received.TryRead(arguments.Int(1), out var part))
            return AtResult.Ok;
        Context.Output.Info((Context.Has(Quirk.NsorfPrefix) ? "+NSORF:" : "") + Part(socket, part));
        // Once a message is read to its end the next one is announced.
        if (part.Remaining == 0 && !socket.Received.IsEmpty)
            Announce(socket);
        Engine.HandleRead(socket);
        return AtResult.Ok;
    }

    void ReleaseAfter(string flagText)
    {
        _ = AtParameter.TryParseFlag(flagText, out var flag);
        if (flag == MessageFlag.ReleaseAfterSend)
            Context.Radio.ReleaseAfterUplink(Context.Now);
        else if (flag == MessageFlag.ReleaseAfterAnswer)
            Context.Radio.ReleaseAfterDownlink();
    }

    AtResult ShowSent(ModuleSocket socket, byte[] bytes, bool sent, AtArguments arguments, int sequence)
    {
        Context.Output.Info(Text($"{socket.Id},{bytes.Length}"));
        if (arguments.Has(sequence))
            Context.Output.Urc(Named("+NSOSTR", Text($"{socket.Id},{arguments.Int(sequence)},{(sent ? 1 : 0)}")));
        return AtResult.Ok;
    }

    void Announce(ModuleSocket socket) => Context.Output.Urc(Named("+NSONMI", Text($"{socket.Id},{socket.Received.NextLength}")));

    static string Part(ModuleSocket socket, ReceivedPart part) => Text(
        $"{socket.Id},{part.From.Address},{part.From.Port},{part.Bytes.Length},{ShowData(part.Bytes, socket.ReceivesHex)},{part.Remaining}");
}
