using System.Net;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Our client and our server with a network between them that loses, doubles and delays, under a clock that jumps.</summary>
sealed class DtlsPair : IDisposable
{
    public static readonly IPEndPoint ClientAddress = new(IPAddress.Parse("10.0.0.2"), 40000);
    public static readonly IPEndPoint ServerAddress = new(IPAddress.Parse("183.230.40.40"), 5684);

    const int MaxPackets = 20_000;

    public static readonly TimeSpan DefaultLatency = TimeSpan.FromMilliseconds(20);

    readonly PriorityQueue<Packet, (TimeSpan At, long Order)> _air = new();
    readonly SeededRandom _random;
    long _order;

    public DtlsPair(ulong seed = 1, DtlsClientOptions? client = null, DtlsServerOptions? server = null, TestKeys? keys = null,
        string identity = TestKeys.Identity, string key = TestKeys.Key)
    {
        _random = new SeededRandom(seed);
        Keys = keys ?? new TestKeys();
        Server = null!;
        RestartServer(server);
        Client = NewClient(client ?? new DtlsClientOptions(), identity, key);
    }

    public TestKeys Keys { get; }
    public DtlsServer Server { get; private set; }
    public DtlsClient Client { get; set; }

    /// <summary>Where the client's datagrams come from.</summary>
    public IPEndPoint ClientAt { get; set; } = ClientAddress;
    public TimeSpan Now { get; set; }
    public TimeSpan Latency { get; set; } = DefaultLatency;

    /// <summary>What becomes of a datagram; null lets everything pass.</summary>
    public Func<Packet, PacketFate>? Network { get; set; }

    public List<Packet> Sent { get; } = [];
    public List<Told> ClientEvents { get; } = [];
    public List<Told> ServerEvents { get; } = [];
    public SeededRandom Random => _random;

    public long Association => ServerEvents.Last(e => e.Kind == DtlsEventKind.Connected).Association;

    public DtlsClient NewClient(DtlsClientOptions options, string identity = TestKeys.Identity, string key = TestKeys.Key) =>
        Client = new DtlsClient(options, Encoding.UTF8.GetBytes(identity), Encoding.UTF8.GetBytes(key), _random.Fork($"client {_order++}").Fill);

    /// <summary>A server that knows nothing of the one before.</summary>
    public void RestartServer(DtlsServerOptions? options = null)
    {
        Server?.Dispose();
        Server = new DtlsServer(options ?? new DtlsServerOptions { Suites = DtlsCipherSuites.All }, Keys, _random.Fork($"server {_order++}").Fill);
    }

    public void Start()
    {
        Client.Start(Now);
        Drain();
    }

    /// <summary>Starts and runs until both sides are up or nothing more happens.</summary>
    public void Connect()
    {
        Start();
        Run(() => Client.IsConnected && ServerEvents.Exists(e => e.Kind == DtlsEventKind.Connected));
        Run();
    }

    /// <summary>A handshake of a new client, with the old one's association left as it is.</summary>
    public void Reconnect(DtlsClientOptions options, string identity = TestKeys.Identity, string key = TestKeys.Key)
    {
        NewClient(options, identity, key);
        var before = ServerEvents.Count;
        Start();
        Run(() => Client.IsConnected && ServerEvents.Skip(before).Any(e => e.Kind == DtlsEventKind.Connected));
        Run();
    }

    /// <summary>Hands a datagram of the test's own to the server.</summary>
    public void InjectToServer(byte[] datagram, IPEndPoint? from = null) => Deliver(new Packet(true, from ?? ClientAt, datagram, Now, -1));

    /// <summary>Hands a datagram of the test's own to the client.</summary>
    public void InjectToClient(byte[] datagram) => Deliver(new Packet(false, ClientAt, datagram, Now, -1));

    public void SendToServer(string text)
    {
        Assert.That(Client.Send(Encoding.ASCII.GetBytes(text)), Is.True);
        Drain();
    }

    public void SendToClient(string text)
    {
        Assert.That(Server.Send(Association, Encoding.ASCII.GetBytes(text)), Is.True);
        Drain();
    }

    /// <summary>Delivers what is under way, without letting a timer run out.</summary>
    public void Run()
    {
        while (_air.TryDequeue(out var packet, out var at))
        {
            Now = at.At > Now ? at.At : Now;
            Deliver(packet);
        }
    }

    /// <summary>Lets time pass, timers included, until the condition holds. False when nothing is left to happen, or after the limit.</summary>
    public bool Run(Func<bool> until, TimeSpan? limit = null)
    {
        var end = Now + (limit ?? TimeSpan.FromMinutes(10));
        while (!until())
        {
            var next = Client.NextDeadline < Server.NextDeadline ? Client.NextDeadline : Server.NextDeadline;
            if (_air.TryPeek(out _, out var at) && at.At <= next)
                next = at.At;
            if (next > end)
                return false;
            Now = next > Now ? next : Now;
            if (_air.TryPeek(out _, out at) && at.At <= Now)
                Deliver(_air.Dequeue());
            else
            {
                Client.HandleTimeout(Now);
                Server.HandleTimeout(Now);
                Drain();
            }
        }
        return true;
    }

    public void Deliver(Packet packet)
    {
        if (packet.ToServer)
            Server.HandleDatagram(Now, packet.ClientAt, packet.Bytes);
        else if (packet.ClientAt.Equals(ClientAt)) // a client that has moved is not there any more
            Client.HandleDatagram(Now, packet.Bytes);
        Drain();
    }

    /// <summary>The data that came up on a side, in order.</summary>
    public static List<string> DataOf(IEnumerable<Told> events) => [.. events.Where(e => e.Kind == DtlsEventKind.Data).Select(e => e.Data)];

    /// <summary>Sends a word each way and checks that both arrive: the association works.</summary>
    public void CheckDataFlows(string word = "ping")
    {
        var (client, server) = (ClientEvents.Count, ServerEvents.Count);
        SendToServer(word + " up");
        Run();
        SendToClient(word + " down");
        Run();
        Assert.That(DataOf(ServerEvents.Skip(server)), Is.EqualTo(new[] { word + " up" }));
        Assert.That(DataOf(ClientEvents.Skip(client)), Is.EqualTo(new[] { word + " down" }));
    }

    public void Drain()
    {
        while (Client.TryTakeDatagram(out var datagram))
            Put(new Packet(true, ClientAt, datagram.ToArray(), Now, Sent.Count));
        while (Server.TryTakeDatagram(out var to, out var datagram))
            Put(new Packet(false, to, datagram.ToArray(), Now, Sent.Count));
        while (Client.TryTakeEvent(out var told))
            ClientEvents.Add(Told.Of(told, Now));
        while (Server.TryTakeEvent(out var told))
            ServerEvents.Add(Told.Of(told, Now));
    }

    void Put(Packet packet)
    {
        Sent.Add(packet);
        if (Sent.Count > MaxPackets)
            Assert.Fail("the two sides do not stop sending");
        var fate = Network?.Invoke(packet) ?? new PacketFate([TimeSpan.Zero]);
        foreach (var delay in fate.Copies)
            _air.Enqueue(packet, (Now + Latency + delay, _order++));
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}

/// <summary>A datagram on its way.</summary>
sealed record Packet(bool ToServer, IPEndPoint ClientAt, byte[] Bytes, TimeSpan At, int Index);

/// <summary>A delay for each copy that arrives; none for a lost datagram.</summary>
sealed record PacketFate(IReadOnlyList<TimeSpan> Copies)
{
    public static PacketFate Lost { get; } = new([]);
    public static PacketFate Passes { get; } = new([TimeSpan.Zero]);
    public static PacketFate Twice { get; } = new([TimeSpan.Zero, TimeSpan.FromMilliseconds(1)]);

    public static PacketFate Late(TimeSpan delay) => new([delay]);
}

/// <summary>An event with its data copied.</summary>
sealed record Told(DtlsEventKind Kind, long Association, string Data, DtlsConnected? Details, DtlsFailure Failure, DtlsAlert? Alert,
    DtlsDropReason Drop, int Number, int Attempt, string? Identity, byte[] Bytes, IPEndPoint? Peer, TimeSpan At)
{
    public static Told Of(DtlsEvent told, TimeSpan at) => new(told.Kind, told.Association, Encoding.ASCII.GetString(told.Data.Span), told.Details, told.Failure,
        told.Alert, told.Drop, told.Number, told.Attempt, told.Identity, told.Data.ToArray(), told.Peer, at);
}

/// <summary>Keys by identity.</summary>
sealed class TestKeys : IPskStore
{
    public const string Identity = "869975030000461";
    public const string Key = "abcdefge";

    public Dictionary<string, string> All { get; } = new() { [Identity] = Key };

    public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
    {
        var known = All.TryGetValue(Encoding.UTF8.GetString(identity), out var text);
        key = Encoding.UTF8.GetBytes(text ?? "");
        return known;
    }
}
