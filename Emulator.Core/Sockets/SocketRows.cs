using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Socket commands of the Neul family.</summary>
static class NeulRows
{
    const int MaxBytes = 1358;

    public static IEnumerable<AtCommand> All { get; } =
    [
        Row("+NSOCR", "Create a socket", "Neul", "(\"DGRAM\",\"STREAM\"),(6,17),(0-65535),(0-2)") with
        {
            Parameters =
            [
                AtParameter.Text("type", 6), AtParameter.Number("protocol", 6, 17), Parameters.OneOf("port", 65535).OrNothing,
                Parameters.OneOf("receive-control", 2).OrNothing,
            ],
            Set = (s, a) => s.Create(a),
        },
        Row("+NSOCFG", "Hexadecimal or plain data of a socket", "M5310-A", "(0-6),(0,1),(0,1)") with
        {
            Parameters = [Socket, Parameters.OneOf("sent", 1), Parameters.OneOf("received", 1)],
            Set = (s, a) => s.Configure(a),
        },
        Row("+NSOCO", "Connect a socket", "Neul") with
        {
            Parameters = [Socket, AtParameter.Text("address", 15), Parameters.Port],
            Set = (s, a) => s.Connect(a),
            Delay = CommandDelay.Host,
        },
        Row("+NSOST", "Send a datagram", "Neul") with
        {
            Parameters =
            [
                Socket, AtParameter.Text("address", 15), Parameters.Port, AtParameter.Number("length", 1, MaxBytes),
                AtParameter.Text("data"), AtParameter.Number("sequence", 1, 255).OrNothing,
            ],
            Set = (s, a) => s.SendTo(a),
        },
        Row("+NSOSD", "Send to the peer of a socket", "Neul") with
        {
            Parameters =
            [
                Socket, AtParameter.Number("length", 1, MaxBytes), AtParameter.Text("data"),
                new AtParameter("flag", AtParameterKind.Flag) { Optional = true }, AtParameter.Number("sequence", 1, 255).OrNothing,
            ],
            Set = (s, a) => s.SendToPeer(a),
        },
        Row("+NSORF", "Read what a socket has received", "Neul") with
        {
            Parameters = [Socket, AtParameter.Number("length", 1, MaxBytes)],
            Set = (s, a) => s.Read(a),
        },
        Row("+NSOCL", "Close a socket", "Neul") with
        {
            Parameters = [Socket],
            Set = (s, a) => s.Engine.Close(a),
        },
    ];

    static AtParameter Socket => Parameters.OneOf("socket", NeulSockets.SocketCount - 1);

    static AtCommand<NeulSockets> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<NeulSockets>.General(name, summary, section, ranges);
}

/// <summary>Socket commands of the M5311 and the M5313.</summary>
static class IpRows
{
    public static IEnumerable<AtCommand> All { get; } =
    [
        Row("+IPSTART", "Open a connection", "(0-4),(\"TCP\",\"UDP\"),,(1-65535)") with
        {
            Parameters =
            [
                Id, AtParameter.Text("type", 3), AtParameter.Text("host", 255), Parameters.Port,
                Parameters.OneOf("cid", 10).OrNothing, Parameters.OneOf("domain", 255).OrNothing, Parameters.OneOf("protocol", 255).OrNothing,
            ],
            Set = (s, a) => s.Start(a),
            Delay = CommandDelay.Host,
        },
        Row("+IPSEND", "Send over a connection") with
        {
            Parameters =
            [
                Id, Parameters.OneOf("length", 1460).OrNothing, AtParameter.Text("data").OrNothing,
                AtParameter.Text("address", 15).OrNothing, Parameters.Port.OrNothing, Parameters.OneOf("priority", 255).OrNothing,
            ],
            Set = (s, a) => s.Send(a),
        },
        Row("+IPRCFG", "How received data are shown", "(0,1),(0-2),(0,1)") with
        {
            Parameters = [Parameters.OneOf("automatic", 1), Parameters.OneOf("mode", 2).OrNothing, Parameters.OneOf("hex", 1).OrNothing],
            Set = (s, a) => s.Configure(a),
            Read = s => s.ReadConfiguration(),
        },
        Row("+IPRD", "Read what a connection has received") with
        {
            Parameters = [Id, AtParameter.Number("length", 1, 1460)],
            Set = (s, a) => s.Read(a),
        },
        Row("+IPCLOSE", "Close a connection", "(0-4)") with
        {
            Parameters = [Id],
            Set = (s, a) => s.Engine.Close(a),
        },
    ];

    static AtParameter Id => Parameters.OneOf("id", IpSockets.SocketCount - 1);

    static AtCommand<IpSockets> Row(string name, string summary, string? ranges = null) =>
        Rows<IpSockets>.General(name, summary, "M5311", ranges);
}

/// <summary>Pings and names.</summary>
static class HostRows
{
    public static IEnumerable<AtCommand> All { get; } =
    [
        Pings("+NPING", "Neul", maxSize: 1460, size: 12, timeout: 10_000),
        Pings("+PING", "M5311", maxSize: 1400, size: 32, timeout: 5_000),
        Names("+CMDNS", "M5310-A, M5311"),
        Names("+CMDNSGIP", "M5313"),
    ];

    static AtCommand<Pings> Pings(string name, string section, int maxSize, int size, int timeout) =>
        Rows<Pings>.General(name, "Ping a host", section) with
        {
            Parameters =
            [
                AtParameter.Text("host", 255), AtParameter.Number("size", 8, maxSize).OrNothing,
                AtParameter.Number("timeout", 10, 60_000).OrNothing, AtParameter.Number("count", 1, 100).OrNothing,
            ],
            Set = (p, a) => p.Start(name, a, size, timeout),
            Delay = CommandDelay.Host,
        };

    static AtCommand<Lookups> Names(string name, string section) => Rows<Lookups>.General(name, "Look a name up", section) with
    {
        Parameters = [AtParameter.Text("host", 255)],
        Set = (l, a) => l.LookUp(name, a),
        Delay = CommandDelay.Host,
    };
}
