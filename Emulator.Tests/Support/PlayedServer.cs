using System.Net;
using System.Text;
using M531x.Emulator.Core.World;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Support;

/// <summary>A server of the module played by hand: it takes the module's datagrams in order and sends what the test says.</summary>
sealed class PlayedServer : IVirtualPeer
{
    readonly Mcu _mcu;
    readonly IPEndPoint _address;
    readonly Queue<(CoapMessage Message, string Hex)> _received = new();
    ushort _messageId = 0x2000;

    /// <summary>Takes the place of the server at this address; by default the LwM2M server's.</summary>
    public PlayedServer(Mcu mcu, IPEndPoint? address = null)
    {
        _mcu = mcu;
        _address = address ?? VirtualWorld.Lwm2mServer;
        mcu.World.AddPeer(_address, this);
    }

    void IVirtualPeer.Receive(TimeSpan now, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Assert.That(CoapCodec.TryDecode(datagram.Span, out var message, out var reason), Is.True, () => reason.ToString());
        _received.Enqueue((message!, Convert.ToHexString(datagram.Span)));
    }

    /// <summary>The module's next message.</summary>
    public CoapMessage Next(double withinSeconds = 5)
    {
        _mcu.World.RunUntil(() => _received.Count > 0, TimeSpan.FromSeconds(withinSeconds));
        Assert.That(_received, Is.Not.Empty, $"no datagram within {withinSeconds} s");
        return _received.Dequeue().Message;
    }

    public string NextHex(double withinSeconds = 5)
    {
        _mcu.World.RunUntil(() => _received.Count > 0, TimeSpan.FromSeconds(withinSeconds));
        return _received.TryDequeue(out var received) ? received.Hex : "";
    }

    public void ExpectSilence(double seconds)
    {
        _mcu.Advance(seconds);
        Assert.That(_received.Select(r => r.Message.ToString()), Is.Empty);
    }

    public void Send(CoapMessage message) => _mcu.World.SendToModule(_address, CoapCodec.Encode(message));

    public void SendHex(string hex, IPEndPoint? from = null) =>
        _mcu.World.SendToModule(from ?? _address, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    /// <summary>A piggybacked response.</summary>
    public void Answer(CoapMessage request, CoapCode code, params CoapOption[] options) => Send(new CoapMessage
    {
        Type = CoapType.Acknowledgement,
        Code = code,
        MessageId = request.MessageId,
        Token = request.Token,
        Options = options,
    });

    public void Empty(CoapType type, ushort messageId) => Send(new CoapMessage { Type = type, Code = CoapCode.Empty, MessageId = messageId });

    /// <summary>Takes a Register and accepts it at /rd/1.</summary>
    public CoapMessage AcceptRegister(double withinSeconds = 5)
    {
        var register = Next(withinSeconds);
        Assert.That((register.Code, string.Join('/', register.UriPath)), Is.EqualTo((CoapCode.Post, "rd")));
        Answer(register, CoapCode.Created, CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "1"));
        return register;
    }

    /// <summary>Sends a CON request: options behind the path as "accept=40", "observe=0", "format=11542", "query=pmin=1".</summary>
    public CoapMessage Ask(CoapCode method, string path, string options = "", string text = "", byte[]? payload = null, byte[]? token = null)
    {
        var message = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = method,
            MessageId = _messageId++,
            Token = token ?? [0xB1, 0xB2, 0xB3],
            Options = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s)), .. Options(options)],
            Payload = payload ?? Encoding.UTF8.GetBytes(text),
        };
        Send(message);
        return message;
    }

    /// <summary>Asks and takes the piggybacked answer.</summary>
    public CoapMessage Request(CoapCode method, string path, string options = "", string text = "", byte[]? payload = null, byte[]? token = null)
    {
        var request = Ask(method, path, options, text, payload, token);
        var answer = Next();
        Assert.That((answer.Type, answer.MessageId), Is.EqualTo((CoapType.Acknowledgement, request.MessageId)), answer.ToString());
        Assert.That(answer.Token.ToArray(), Is.EqualTo(request.Token.ToArray()));
        return answer;
    }

    public CoapMessage Get(string path, string options = "") => Request(CoapCode.Get, path, options);

    static IEnumerable<CoapOption> Options(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(option =>
    {
        var (name, value) = (option[..option.IndexOf('=', StringComparison.Ordinal)], option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return name switch
        {
            "query" => CoapOptions.Text(CoapOptionNumber.UriQuery, value),
            "observe" => Number(CoapOptionNumber.Observe, value),
            "accept" => Number(CoapOptionNumber.Accept, value),
            "format" => Number(CoapOptionNumber.ContentFormat, value),
            _ => throw new ArgumentException($"unknown option {name}", nameof(text)),
        };
    });

    static CoapOption Number(int number, string value) =>
        CoapOptions.UInt(number, uint.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
}
