using System.Net;
using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Tests.Platform;

/// <summary>A device: a bare CoAP endpoint that a test drives.</summary>
sealed class Board(PlatformFixture fixture, IPEndPoint address, ulong seed)
{
    static readonly CoapPeer BootstrapServer = new(IPEndPoint.Parse("183.230.40.39:5683"));
    static readonly CoapPeer Lwm2mServer = new(IPEndPoint.Parse("183.230.40.40:5683"));

    public CoapEndpoint Endpoint { get; } = new(new CoapEndpointOptions(), new SeededRandom(seed));
    public IPEndPoint Address { get; set; } = address;

    /// <summary>Datagrams from the platform, in order, also those that a deaf board ignores.</summary>
    public List<byte[]> Datagrams { get; } = [];

    /// <summary>Datagrams this board sent, in order.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>New requests from the platform, in order.</summary>
    public List<CoapMessage> Requests { get; } = [];
    public List<CoapEvent> Events { get; } = [];
    public bool IsDeaf { get; set; }

    /// <summary>The response to a request of the platform; null leaves the request open.</summary>
    public Func<CoapMessage, CoapResponse?> Answer { get; set; } = AnswerAsModule;

    /// <summary>Open requests by their Uri-Path.</summary>
    public Dictionary<string, long> Open { get; } = [];
    public string? Location { get; private set; }

    public static string PathOf(CoapMessage message) => "/" + string.Join('/', message.UriPath);

    /// <summary>Observe: 2.05 without payload. Discover: 5700 and 5750 in instance 0. Anything else: 2.04.</summary>
    public static CoapResponse? AnswerAsModule(CoapMessage request)
    {
        if (request.Observe == 0)
            return new CoapResponse(CoapCode.Content, [CoapOptions.UInt(CoapOptionNumber.Observe, 0)], default);
        if (request.Accept == CoapContentFormat.Link)
        {
            var target = request.UriPath[0];
            return Links($"</{target}>,</{target}/0>,</{target}/0/5700>,</{target}/0/5750>");
        }
        return new CoapResponse(request.Code == CoapCode.Get ? CoapCode.Content : CoapCode.Changed);
    }

    public static CoapResponse Links(string links) => Content(CoapContentFormat.Link, Encoding.UTF8.GetBytes(links));

    public static CoapResponse Content(int format, byte[] payload) =>
        new(CoapCode.Content, [CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format)], payload);

    /// <summary>Registers and returns the answer's code.</summary>
    public CoapCode Register(
        string links = "</>;rt=\"oma.lwm2m\",</0/0>,</3303/0>", string lifetime = "300", string? authCode = null,
        string endpointName = $"{PlatformFixture.Imei};{PlatformFixture.Imsi}")
    {
        List<CoapOption> options =
        [
            CoapOptions.Text(CoapOptionNumber.UriPath, "rd"),
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Link),
            CoapOptions.Text(CoapOptionNumber.UriQuery, $"ep={endpointName}"),
            CoapOptions.Text(CoapOptionNumber.UriQuery, "b=U"),
            CoapOptions.Text(CoapOptionNumber.UriQuery, $"lt={lifetime}"),
        ];
        if (authCode is not null)
            options.Add(CoapOptions.Text(CoapOptionNumber.AuthCode, authCode));
        var answer = Request(Lwm2mServer, CoapCode.Post, options, Encoding.UTF8.GetBytes(links));
        if (answer.Code == CoapCode.Created)
            Location = "/" + string.Join('/', answer.LocationPath);
        return answer.Code;
    }

    public CoapCode Update(string? lifetime = null, string links = "")
    {
        var options = PathOptions(Location!);
        if (lifetime is not null)
            options.Add(CoapOptions.Text(CoapOptionNumber.UriQuery, $"lt={lifetime}"));
        return Request(Lwm2mServer, CoapCode.Post, options, Encoding.UTF8.GetBytes(links)).Code;
    }

    public CoapCode Deregister() => Request(Lwm2mServer, CoapCode.Delete, PathOptions(Location!), []).Code;

    public CoapCode Bootstrap(string endpointName = $"{PlatformFixture.Imei};{PlatformFixture.Imsi}", string? authCode = null)
    {
        List<CoapOption> options =
        [
            CoapOptions.Text(CoapOptionNumber.UriPath, "bs"),
            CoapOptions.Text(CoapOptionNumber.UriQuery, $"ep={endpointName}"),
        ];
        if (authCode is not null)
            options.Add(CoapOptions.Text(CoapOptionNumber.AuthCode, authCode));
        return Request(BootstrapServer, CoapCode.Post, options, []).Code;
    }

    public CoapMessage Request(OneNetPort port, CoapCode method, string path, byte[] payload) =>
        Request(port == OneNetPort.Bootstrap ? BootstrapServer : Lwm2mServer, method, PathOptions(path), payload);

    /// <summary>A request to the LwM2M server with more options than those of its path and queries, as in /rd?ep=….</summary>
    public CoapMessage RequestWith(CoapCode method, string pathAndQuery, CoapOption[] options, byte[] payload)
    {
        var parts = pathAndQuery.Split('?');
        var queries = parts.Skip(1).SelectMany(p => p.Split('&')).Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q));
        return Request(Lwm2mServer, method, [.. PathOptions(parts[0]), .. queries, .. options], payload);
    }

    /// <summary>Sends a notification on the token of the last Observe of a path; returns its exchange.</summary>
    public long Notify(string path, int format, byte[] payload, uint number = 1, bool confirmable = false)
    {
        var token = Requests.Last(r => PathOf(r) == path && r.Observe == 0).Token;
        CoapOption[] options =
        [
            CoapOptions.UInt(CoapOptionNumber.Observe, number),
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format),
        ];
        var exchange = Endpoint.Notify(
            fixture.Now, Lwm2mServer, token, new CoapResponse(CoapCode.Content, options, payload), confirmable);
        fixture.Run();
        return exchange;
    }

    /// <summary>Answers a request that was left open.</summary>
    public void Respond(string path, CoapResponse response)
    {
        Endpoint.Respond(fixture.Now, Open[path], response);
        fixture.Run();
    }

    public void Receive(OneNetDatagram datagram)
    {
        Datagrams.Add(datagram.Bytes.ToArray());
        if (IsDeaf)
            return;
        var server = datagram.Port == OneNetPort.Bootstrap ? BootstrapServer : Lwm2mServer;
        Endpoint.HandleDatagram(fixture.Now, server, datagram.Bytes.Span);
    }

    public bool Drain()
    {
        var moved = false;
        while (Endpoint.TryTakeEvent(out var coapEvent))
        {
            moved = true;
            Events.Add(coapEvent);
            if (coapEvent is not CoapRequestReceived received)
                continue;
            Requests.Add(received.Request);
            if (Answer(received.Request) is { } response)
                Endpoint.Respond(fixture.Now, received.Exchange, response);
            else
                Open[PathOf(received.Request)] = received.Exchange;
        }
        while (Endpoint.TryTakeTransmit(out var transmit))
        {
            moved = true;
            Sent.Add(transmit.Datagram.ToArray());
            fixture.Platform.HandleDatagram(
                fixture.Now, transmit.To == BootstrapServer ? OneNetPort.Bootstrap : OneNetPort.Lwm2m, Address, transmit.Datagram.Span);
        }
        return moved;
    }

    CoapMessage Request(CoapPeer server, CoapCode method, List<CoapOption> options, byte[] payload)
    {
        var exchange = Endpoint.SendRequest(fixture.Now, server, new CoapRequest(method, options, payload));
        fixture.Run();
        return Events.OfType<CoapResponseReceived>().Single(e => e.Exchange == exchange).Response;
    }

    static List<CoapOption> PathOptions(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s))];
}
