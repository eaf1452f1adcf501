using System.Net;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Coap;

/// <summary>One endpoint, driven by hand: bytes in, bytes and events out, time only where the test moves it.</summary>
sealed class EndpointBench(CoapEndpointOptions? options = null, ulong seed = 1)
{
    public static readonly CoapPeer Server = new(new IPEndPoint(IPAddress.Loopback, 5683));
    public static readonly CoapPeer Other = new(new IPEndPoint(IPAddress.Loopback, 5783));

    public CoapEndpoint Endpoint { get; } = new(options ?? new CoapEndpointOptions(), new SeededRandom(seed));
    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public long Get(string path = "rd", int? observe = null, bool confirmable = true, CoapPeer? to = null, ReadOnlyMemory<byte>? token = null) =>
        Endpoint.SendRequest(Now, to ?? Server, new CoapRequest(CoapCode.Get, Options(path, observe), default)
        {
            Confirmable = confirmable,
            Token = token,
        });

    public long Notify(bool confirmable, int number = 1) => Endpoint.Notify(
        Now, Server, new byte[] { 0xA1 }, new CoapResponse(CoapCode.Content, [CoapOptions.UInt(CoapOptionNumber.Observe, (uint)number)], default), confirmable);

    public void Receive(string hex, CoapPeer? from = null) => Endpoint.HandleDatagram(Now, from ?? Server, Bytes(hex));

    public void Receive(CoapMessage message, CoapPeer? from = null) => Endpoint.HandleDatagram(Now, from ?? Server, CoapCodec.Encode(message));

    public CoapTransmit TakeTransmit()
    {
        Assert.That(Endpoint.TryTakeTransmit(out var transmit), Is.True, "a datagram was expected");
        return transmit;
    }

    public CoapMessage TakeMessage() => TakeTransmit().Message;

    public string TakeHex() => Convert.ToHexString(TakeTransmit().Datagram.Span);

    public T TakeEvent<T>() where T : CoapEvent
    {
        Assert.That(Endpoint.TryTakeEvent(out var coapEvent), Is.True, $"{typeof(T).Name} was expected");
        Assert.That(coapEvent, Is.InstanceOf<T>());
        return (T)coapEvent;
    }

    public void ExpectIgnored(CoapIgnoreReason reason) => Assert.That(TakeEvent<CoapMessageIgnored>().Reason, Is.EqualTo(reason));

    public void ExpectNoTransmit()
    {
        if (Endpoint.TryTakeTransmit(out var transmit))
            Assert.Fail($"unexpected datagram: {transmit.Message}");
    }

    public void ExpectNoEvent()
    {
        if (Endpoint.TryTakeEvent(out var coapEvent))
            Assert.Fail($"unexpected event: {coapEvent}");
    }

    public void ExpectQuiet()
    {
        ExpectNoTransmit();
        ExpectNoEvent();
    }

    /// <summary>Jumps to the next deadline and returns how long that took.</summary>
    public TimeSpan Jump()
    {
        var deadline = Endpoint.NextDeadline;
        Assert.That(deadline, Is.LessThan(TimeSpan.MaxValue), "no deadline to jump to");
        var waited = deadline - Now;
        Now = deadline;
        Endpoint.HandleTimeout(Now);
        return waited;
    }

    public void Advance(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static CoapMessage Empty(CoapType type, ushort messageId) => new() { Type = type, Code = CoapCode.Empty, MessageId = messageId };

    public static CoapMessage Answer(
        CoapMessage request, CoapType type = CoapType.Acknowledgement, ushort? messageId = null, CoapCode? code = null,
        int? observe = null, params CoapOption[] options) => new()
        {
            Type = type,
            Code = code ?? CoapCode.Content,
            MessageId = messageId ?? request.MessageId,
            Token = request.Token,
            Options = observe is { } number ? [CoapOptions.UInt(CoapOptionNumber.Observe, (uint)number), .. options] : options,
            Payload = new byte[] { (byte)'x' },
        };

    public static CoapMessage Decode(string hex)
    {
        Assert.That(CoapCodec.TryDecode(Bytes(hex), out var message, out var reason), Is.True, () => reason.ToString());
        return message!;
    }

    static List<CoapOption> Options(string path, int? observe)
    {
        List<CoapOption> list = [];
        if (observe is { } number)
            list.Add(CoapOptions.UInt(CoapOptionNumber.Observe, (uint)number));
        list.AddRange(path.Split('/').Select(segment => CoapOptions.Text(CoapOptionNumber.UriPath, segment)));
        return list;
    }
}
