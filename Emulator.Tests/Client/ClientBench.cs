using System.Net;
using System.Text;
using M531x.Lwm2m;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Objects;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Client;

/// <summary>One client without a module, driven by hand: bytes in, bytes and events out, time only where the test moves it.</summary>
sealed class ClientBench
{
    public const string Endpoint = "869975030000461;460041064826326";
    public static readonly IPEndPoint BootstrapServer = IPEndPoint.Parse("183.230.40.39:5683");
    public static readonly IPEndPoint Server = IPEndPoint.Parse("183.230.40.40:5683");

    readonly string? _authCode;
    ushort _messageId = 0x98D0;

    public ClientBench(Lwm2mDialect dialect = Lwm2mDialect.OneNet, string? authCode = null, ulong seed = 1)
    {
        _authCode = authCode;
        Client = new Lwm2mClient(new Lwm2mClientOptions { EndpointName = Endpoint, Dialect = dialect }, new SeededRandom(seed))
        {
            HiddenObjects = new HashSet<int> { 3, 4, 5, 10290 },
        };
        Client.Objects.Put(new RegisteredObject(3200, [0]));
    }

    public Lwm2mClient Client { get; }
    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public void Open(bool bootstrap = false, int lifetime = 3000, int timeout = 30) => Client.Open(
        Now, new ServerAccount(new ServerAddress((bootstrap ? BootstrapServer : Server).Address.ToString(), 5683), bootstrap, _authCode),
        TimeSpan.FromSeconds(lifetime), TimeSpan.FromSeconds(timeout));

    /// <summary>Direct registration at /rd/a1b2.</summary>
    public void Register(int lifetime = 3000)
    {
        Open(lifetime: lifetime);
        Created(TakeMessage());
        Assert.That(TakeEvent<Registered>().Location, Is.EqualTo("rd/a1b2"));
    }

    public void Created(CoapMessage register) =>
        Answer(register, CoapCode.Created, CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "a1b2"));

    /// <summary>A piggybacked answer.</summary>
    public void Answer(CoapMessage request, CoapCode code, params CoapOption[] options) => Receive(new CoapMessage
    {
        Type = CoapType.Acknowledgement,
        Code = code,
        MessageId = request.MessageId,
        Token = request.Token,
        Options = options,
    }, LastPeer);

    /// <summary>Sends a CON request of the server and takes what the client sends back.</summary>
    public CoapMessage Request(CoapCode method, string path, CoapOption[]? options = null, byte[]? payload = null, IPEndPoint? from = null)
    {
        Ask(method, path, options, payload, from);
        return TakeMessage();
    }

    public CoapMessage Ask(CoapCode method, string path, CoapOption[]? options = null, byte[]? payload = null, IPEndPoint? from = null, byte[]? token = null)
    {
        var message = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = method,
            MessageId = ++_messageId,
            Token = token ?? [0xA1, 0xA2],
            Options = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s)), .. options ?? []],
            Payload = payload,
        };
        Receive(message, from ?? Server);
        return message;
    }

    public IPEndPoint LastPeer { get; private set; } = Server;

    public void Receive(CoapMessage message, IPEndPoint? from = null) => Client.HandleDatagram(Now, from ?? Server, CoapCodec.Encode(message));

    public void Receive(string hex, IPEndPoint? from = null) => Client.HandleDatagram(Now, from ?? Server, Bytes(hex));

    public ClientTransmit TakeTransmit()
    {
        Assert.That(Client.TryTakeTransmit(Now, out var transmit), Is.True, "a datagram was expected");
        LastPeer = transmit.To;
        return transmit;
    }

    public CoapMessage TakeMessage() => TakeTransmit().Message!;

    /// <summary>The next datagram must be these bytes: MMMM is any message id, TTTTTTTT the token of four bytes, 'text' is ASCII.</summary>
    public CoapMessage ExpectBytes(string pattern)
    {
        var transmit = TakeTransmit();
        var expected = Hex(pattern)
            .Replace("MMMM", transmit.Message!.MessageId.ToString("X4", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("TTTTTTTT", Convert.ToHexString(transmit.Message.Token.Span), StringComparison.Ordinal);
        Assert.That(Convert.ToHexString(transmit.Datagram.Span), Is.EqualTo(expected), transmit.Message.ToString());
        return transmit.Message;
    }

    /// <summary>The next event but for state changes.</summary>
    public TEvent TakeEvent<TEvent>() where TEvent : ClientEvent
    {
        while (Client.TryTakeEvent(out var clientEvent))
        {
            if (clientEvent is StateChanged)
                continue;
            Assert.That(clientEvent, Is.InstanceOf<TEvent>());
            return (TEvent)clientEvent;
        }
        throw new AssertionException($"{typeof(TEvent).Name} was expected");
    }

    public void ExpectNoTransmit()
    {
        if (Client.TryTakeTransmit(Now, out var transmit))
            Assert.Fail($"unexpected datagram: {transmit.Message}");
    }

    public void ExpectNoEvent()
    {
        while (Client.TryTakeEvent(out var clientEvent))
            Assert.That(clientEvent, Is.InstanceOf<StateChanged>());
    }

    public void ExpectQuiet()
    {
        ExpectNoTransmit();
        ExpectNoEvent();
    }

    /// <summary>Jumps to the next deadline and returns how long that took.</summary>
    public TimeSpan Jump()
    {
        var deadline = Client.NextDeadline;
        Assert.That(deadline, Is.LessThan(TimeSpan.MaxValue), "no deadline to jump to");
        var waited = deadline - Now;
        Now = deadline;
        Client.HandleTimeout(Now);
        return waited;
    }

    public void Advance(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Client.NextDeadline <= end)
            Jump();
        Now = end;
    }

    public static CoapOption Accept(int format) => CoapOptions.UInt(CoapOptionNumber.Accept, (uint)format);

    public static CoapOption Format(int format) => CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format);

    public static CoapOption Observe(uint value) => CoapOptions.UInt(CoapOptionNumber.Observe, value);

    public static CoapOption Query(string text) => CoapOptions.Text(CoapOptionNumber.UriQuery, text);

    public static byte[] Bytes(string pattern) => Convert.FromHexString(Hex(pattern));

    public static string Text(CoapMessage message) => Encoding.Latin1.GetString(message.Payload.Span);

    public static string PayloadHex(CoapMessage message) => Convert.ToHexString(message.Payload.Span);

    static string Hex(string pattern)
    {
        var parts = pattern.Split('\'');
        return string.Concat(parts.Select((part, i) =>
            i % 2 == 0 ? part.Replace(" ", "", StringComparison.Ordinal) : Convert.ToHexString(Encoding.Latin1.GetBytes(part))));
    }
}
