namespace M531x.Emulator.Core.At;

/// <content>Sockets, pings and names.</content>
static partial class CommandTable
{
    const int NeulSockets = 7;
    const int IpSockets = 5;

    static IEnumerable<AtCommand> Sockets() => [.. OfNeulSockets(), .. OfIpSockets(), .. OfHosts()];

    static IEnumerable<AtCommand> OfNeulSockets() =>
    [
        Plain("+NSOCR", "Create a socket", "Neul", "(\"DGRAM\",\"STREAM\"),(6,17),(0-65535),(0-2)") with
        {
            Parameters = [AtParameter.Text("type", 6), AtParameter.Number("protocol", 6, 17), OneOf("port", 65535).OrNothing, OneOf("receive-control", 2).OrNothing],
            Set = (m, a) => m.CreateSocket(a),
        },
        Plain("+NSOCFG", "Hexadecimal or plain data of a socket", "M5310-A", "(0-6),(0,1),(0,1)") with
        {
            Parameters = [Socket("socket", NeulSockets), OneOf("sent", 1), OneOf("received", 1)],
            Set = (m, a) => m.ConfigureSocket(a),
        },
        Plain("+NSOCO", "Connect a socket", "Neul") with
        {
            Parameters = [Socket("socket", NeulSockets), AtParameter.Text("address", 15), Port],
            Set = (m, a) => m.ConnectSocket(a),
            Delay = CommandDelay.Host,
        },
        Plain("+NSOST", "Send a datagram", "Neul") with
        {
            Parameters =
            [
                Socket("socket", NeulSockets), AtParameter.Text("address", 15), Port, AtParameter.Number("length", 1, MaxNeulBytes),
                AtParameter.Text("data"), AtParameter.Number("sequence", 1, 255).OrNothing,
            ],
            Set = (m, a) => m.SendTo(a),
        },
        Plain("+NSOSD", "Send to the peer of a socket", "Neul") with
        {
            Parameters =
            [
                Socket("socket", NeulSockets), AtParameter.Number("length", 1, MaxNeulBytes), AtParameter.Text("data"),
                new AtParameter("flag", AtParameterKind.Flag) { Optional = true }, AtParameter.Number("sequence", 1, 255).OrNothing,
            ],
            Set = (m, a) => m.SendToPeer(a),
        },
        Plain("+NSORF", "Read what a socket has received", "Neul") with
        {
            Parameters = [Socket("socket", NeulSockets), AtParameter.Number("length", 1, MaxNeulBytes)],
            Set = (m, a) => m.ReceiveFrom(a),
        },
        Plain("+NSOCL", "Close a socket", "Neul") with
        {
            Parameters = [Socket("socket", NeulSockets)],
            Set = (m, a) => m.CloseSocketOf(a),
        },
    ];

    static IEnumerable<AtCommand> OfIpSockets() =>
    [
        Plain("+IPSTART", "Open a connection", "M5311", "(0-4),(\"TCP\",\"UDP\"),,(1-65535)") with
        {
            Parameters =
            [
                Socket("id", IpSockets), AtParameter.Text("type", 3), AtParameter.Text("host", 255), Port,
                OneOf("cid", 10).OrNothing, OneOf("domain", 255).OrNothing, OneOf("protocol", 255).OrNothing,
            ],
            Set = (m, a) => m.StartConnection(a),
            Delay = CommandDelay.Host,
        },
        Plain("+IPSEND", "Send over a connection", "M5311") with
        {
            Parameters =
            [
                Socket("id", IpSockets), OneOf("length", 1460).OrNothing, AtParameter.Text("data").OrNothing,
                AtParameter.Text("address", 15).OrNothing, Port.OrNothing, OneOf("priority", 255).OrNothing,
            ],
            Set = (m, a) => m.SendData(a),
        },
        Plain("+IPRCFG", "How received data are shown", "M5311", "(0,1),(0-2),(0,1)") with
        {
            Parameters = [OneOf("automatic", 1), OneOf("mode", 2).OrNothing, OneOf("hex", 1).OrNothing],
            Set = (m, a) => m.ConfigureReceiving(a),
            Read = m => m.ReadReceiving(),
        },
        Plain("+IPRD", "Read what a connection has received", "M5311") with
        {
            Parameters = [Socket("id", IpSockets), AtParameter.Number("length", 1, 1460)],
            Set = (m, a) => m.ReadReceived(a),
        },
        Plain("+IPCLOSE", "Close a connection", "M5311", "(0-4)") with
        {
            Parameters = [Socket("id", IpSockets)],
            Set = (m, a) => m.CloseSocketOf(a),
        },
        Choice("+CMMUX", "Several connections", "0"),
        Choice("+CMHEAD", "Head of received data", "1"),
        Choice("+CMSHOWPT", "Protocol of received data", "0"),
        Choice("+CMSHOWRA", "Sender of received data", "0"),
    ];

    static IEnumerable<AtCommand> OfHosts() =>
    [
        Pings("+NPING", "Neul", maxSize: 1460, size: 12, timeout: 10_000),
        Pings("+PING", "M5311", maxSize: 1400, size: 32, timeout: 5_000),
        Names("+CMDNS", "M5310-A, M5311"),
        Names("+CMDNSGIP", "M5313"),
    ];

    const int MaxNeulBytes = 1358;

    static AtParameter Port => AtParameter.Number("port", 1, 65535);

    static AtParameter Socket(string name, int count) => OneOf(name, count - 1);

    /// <summary>A choice of the M5313 that programs make and that changes nothing here.</summary>
    static AtCommand Choice(string name, string summary, string initial) => Kept(name, summary, "M5313", initial, OneOf("n", 1));

    static AtCommand Pings(string name, string section, int maxSize, int size, int timeout) => Plain(name, "Ping a host", section) with
    {
        Parameters =
        [
            AtParameter.Text("host", 255), AtParameter.Number("size", 8, maxSize).OrNothing,
            AtParameter.Number("timeout", 10, 60_000).OrNothing, AtParameter.Number("count", 1, 100).OrNothing,
        ],
        Set = (m, a) => m.StartPing(name, a, size, timeout),
        Delay = CommandDelay.Host,
    };

    static AtCommand Names(string name, string section) => Plain(name, "Look a name up", section) with
    {
        Parameters = [AtParameter.Text("host", 255)],
        Set = (m, a) => m.LookUp(name, a),
        Delay = CommandDelay.Host,
    };
}
