using System.Net;
using M531x.Emulator.Core.World;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Support;

/// <summary>An LwM2M server played by a test: it sees each message to the byte, and answers or keeps silent as the test wants.</summary>
sealed class FakeServer : IVirtualPeer
{
    readonly Mcu _mcu;
    ushort _nextMessageId = 30000;

    FakeServer(Mcu mcu) => _mcu = mcu;

    public static IPEndPoint Address { get; } = IPEndPoint.Parse("192.0.2.1:5683");

    /// <summary>What the module sent, in order.</summary>
    public List<CoapMessage> Received { get; } = [];

    public CoapCode UpdateCode { get; set; } = CoapCode.Changed;

    /// <summary>False: nothing is answered or acknowledged.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Confirmable notifications are answered with RST.</summary>
    public bool ResetsNotifications { get; set; }

    public IEnumerable<CoapMessage> Notifications => Received.Where(m => m.Code == CoapCode.Content && m.Type is CoapType.Confirmable or CoapType.NonConfirmable);

    public CoapMessage Last => Received[^1];

    /// <summary>The module with object 3200/0 registers here directly. The server asks for nothing by itself.</summary>
    public static FakeServer Register(Mcu mcu, int lifetime = 3000, params string[] before)
    {
        var server = new FakeServer(mcu);
        mcu.World.AddPeer(Address, server);
        Assert.That(mcu.Ask($"AT+MIPLCREATEEX=\"{Address}\",0"), Is.EqualTo("+MIPLCREATEEX:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0"), Is.EqualTo("OK"));
        foreach (var command in before)
            Assert.That(mcu.Ask(command), Is.EqualTo("OK"), command);
        Assert.That(mcu.Ask($"AT+MIPLOPEN=0,{lifetime},30"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        return server;
    }

    public void Receive(TimeSpan now, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Assert.That(CoapCodec.TryDecode(datagram.Span, out var message, out _), Is.True);
        Received.Add(message!);
        if (Answers && Reply(message!) is { } reply)
            Send(reply);
    }

    CoapMessage? Reply(CoapMessage message)
    {
        if (message.Type != CoapType.Confirmable)
            return null;
        if (message.Code == CoapCode.Content)
            return new CoapMessage { Type = ResetsNotifications ? CoapType.Reset : CoapType.Acknowledgement, Code = CoapCode.Empty, MessageId = message.MessageId };
        var code = message.Code == CoapCode.Delete ? CoapCode.Deleted : message.UriPath.Count == 1 ? CoapCode.Created : UpdateCode;
        return new CoapMessage
        {
            Type = CoapType.Acknowledgement,
            Code = code,
            MessageId = message.MessageId,
            Token = message.Token,
            Options = code == CoapCode.Created ? [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "7")] : [],
        };
    }

    /// <summary>Sends a request to a path such as 3200/0/5750 and lets it arrive; returns its message id.</summary>
    public ushort Request(CoapCode method, string path, ReadOnlyMemory<byte> payload = default, ushort? messageId = null, params CoapOption[] options)
    {
        var mid = messageId ?? _nextMessageId++;
        Send(new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = method,
            MessageId = mid,
            Token = new[] { (byte)(mid >> 8), (byte)mid },
            Options = [.. path.Split('/').Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s)).Concat(options).OrderBy(o => o.Number)],
            Payload = payload,
        });
        _mcu.Advance(0.2);
        return mid;
    }

    public ushort Read(string path) => Request(CoapCode.Get, path, options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Tlv));

    public ushort Observe(string path, bool cancel = false) =>
        Request(CoapCode.Get, path, options: CoapOptions.UInt(CoapOptionNumber.Observe, cancel ? 1u : 0u));

    /// <summary>A Write of an instance in TLV, given in hexadecimal.</summary>
    public ushort WriteTlv(string path, string hex) =>
        Request(CoapCode.Put, path, Convert.FromHexString(hex), options: CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.LegacyTlv));

    public ushort WriteText(string path, byte[] bytes, int format = CoapContentFormat.Text) =>
        Request(CoapCode.Put, path, bytes, options: CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format));

    /// <summary>Answers to a request so far, repetitions included.</summary>
    public CoapMessage[] AnswersTo(ushort messageId) => [.. Received.Where(m => m.Type == CoapType.Acknowledgement && m.MessageId == messageId)];

    public CoapMessage AnswerTo(ushort messageId)
    {
        _mcu.Advance(0.2);
        var all = AnswersTo(messageId);
        Assert.That(all, Has.Length.EqualTo(1));
        return all[0];
    }

    void Send(CoapMessage message) => _mcu.World.SendToModule(Address, CoapCodec.Encode(message));
}

static class McuQuestions
{
    /// <summary>A command's lines in one string, such as "+MIPLCREATE:0|OK".</summary>
    public static string Ask(this Mcu mcu, string command) => string.Join('|', mcu.Command(command));

    /// <summary>The lines that are there, in one string.</summary>
    public static string Lines(this Mcu mcu) => string.Join('|', mcu.Take());
}
