using System.Net;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Coap;

/// <summary>A client and a server over a network that loses, doubles and reorders, in virtual time.</summary>
public sealed class LossyPairTests
{
    static readonly CoapPeer ClientAddress = new(new IPEndPoint(IPAddress.Loopback, 40000));
    static readonly CoapPeer ServerAddress = new(new IPEndPoint(IPAddress.Loopback, 5683));

    [Test]
    public void Every_request_ends_once_and_is_served_at_most_once([Range(0, 299, 20)] int firstSeed)
    {
        var outcomes = new List<string>();
        for (var seed = firstSeed; seed < firstSeed + 20; seed++)
            outcomes.AddRange(new Pair((ulong)seed + 1).Run());
        Assert.That(outcomes, Has.Some.EqualTo("response").And.Some.EqualTo("failed"), "the network is neither perfect nor dead");
    }

    sealed class Pair
    {
        const int Requests = 12;

        readonly SeededRandom _network;
        readonly SeededRandom _choice;
        readonly double _loss;
        readonly CoapEndpoint _client;
        readonly CoapEndpoint _server;
        readonly PriorityQueue<(bool ToServer, byte[] Datagram), (TimeSpan, int)> _inFlight = new();
        readonly PriorityQueue<long, TimeSpan> _owedAnswers = new();
        readonly Dictionary<long, string> _outcomes = [];
        readonly Dictionary<long, byte> _payloads = [];
        readonly Dictionary<byte, int> _served = [];
        readonly ulong _seed;
        TimeSpan _now;
        int _sequence;

        public Pair(ulong seed)
        {
            _seed = seed;
            var random = new SeededRandom(seed);
            _network = random.Fork("network");
            _choice = random.Fork("choice");
            _loss = _choice.NextDouble() * 0.6;
            _client = new CoapEndpoint(new CoapEndpointOptions { NStart = 1 + _choice.Next(3) }, random.Fork("client"));
            _server = new CoapEndpoint(new CoapEndpointOptions(), random.Fork("server"));
        }

        public string[] Run()
        {
            for (byte i = 0; i < Requests; i++)
            {
                var request = new CoapRequest(CoapCode.Post, [], new[] { i }) { Confirmable = _choice.Next(4) > 0 };
                _payloads[_client.SendRequest(_now, ServerAddress, request)] = i;
            }
            Drain();
            var steps = 0;
            while (Next() is var next && next < TimeSpan.MaxValue)
            {
                Assert.That(++steps, Is.LessThan(20_000), $"seed {_seed} does not come to rest");
                Assert.That(next, Is.GreaterThanOrEqualTo(_now));
                _now = next;
                Step();
                Drain();
            }
            Assert.That(_outcomes.Keys, Is.EquivalentTo(_payloads.Keys), $"seed {_seed}");
            Assert.That(_served.Values, Has.All.EqualTo(1), $"seed {_seed}");
            return [.. _outcomes.Values];
        }

        TimeSpan Next()
        {
            var next = _client.NextDeadline < _server.NextDeadline ? _client.NextDeadline : _server.NextDeadline;
            if (_inFlight.TryPeek(out _, out var arrival) && arrival.Item1 < next)
                next = arrival.Item1;
            return _owedAnswers.TryPeek(out _, out var owed) && owed < next ? owed : next;
        }

        void Step()
        {
            while (_inFlight.TryPeek(out var packet, out var arrival) && arrival.Item1 <= _now)
            {
                _inFlight.Dequeue();
                if (packet.ToServer)
                    _server.HandleDatagram(_now, ClientAddress, packet.Datagram);
                else
                    _client.HandleDatagram(_now, ServerAddress, packet.Datagram);
                Drain();
            }
            while (_owedAnswers.TryPeek(out var exchange, out var due) && due <= _now)
            {
                _owedAnswers.Dequeue();
                _server.Respond(_now, exchange, new CoapResponse(CoapCode.Changed, [], default));
            }
            _client.HandleTimeout(_now);
            _server.HandleTimeout(_now);
        }

        void Drain()
        {
            while (_client.TryTakeTransmit(out var transmit))
                Send(true, transmit);
            while (_server.TryTakeTransmit(out var transmit))
                Send(false, transmit);
            while (_client.TryTakeEvent(out var coapEvent))
                HandleClientEvent(coapEvent);
            while (_server.TryTakeEvent(out var coapEvent))
                HandleServerEvent(coapEvent);
            while (_server.TryTakeTransmit(out var transmit))
                Send(false, transmit);
        }

        void Send(bool toServer, CoapTransmit transmit)
        {
            var copies = _network.NextDouble() < _loss ? 0 : _network.Next(5) == 0 ? 2 : 1;
            for (; copies > 0; copies--)
            {
                var delay = TimeSpan.FromMilliseconds(5 + _network.Next(_network.Next(10) == 0 ? 9000 : 400));
                _inFlight.Enqueue((toServer, transmit.Datagram.ToArray()), (_now + delay, _sequence++));
            }
        }

        void HandleClientEvent(CoapEvent coapEvent)
        {
            switch (coapEvent)
            {
                case CoapResponseReceived response:
                    Assert.That(_outcomes.TryAdd(response.Exchange, "response"), Is.True, $"seed {_seed}: two ends");
                    Assert.That(_served, Contains.Key(_payloads[response.Exchange]));
                    break;
                case CoapExchangeFailed failed:
                    Assert.That(failed.Reason, Is.EqualTo(CoapFailure.Timeout), $"seed {_seed}");
                    Assert.That(_outcomes.TryAdd(failed.Exchange, "failed"), Is.True, $"seed {_seed}: two ends");
                    break;
            }
        }

        void HandleServerEvent(CoapEvent coapEvent)
        {
            if (coapEvent is not CoapRequestReceived received)
                return;
            var which = received.Request.Payload.Span[0];
            _served[which] = _served.GetValueOrDefault(which) + 1;
            switch (_choice.Next(3))
            {
                case 0:
                    _server.Respond(_now, received.Exchange, new CoapResponse(CoapCode.Changed, [], default));
                    break;
                case 1:
                    _server.Acknowledge(_now, received.Exchange);
                    goto default;
                default:
                    _owedAnswers.Enqueue(received.Exchange, _now + TimeSpan.FromMilliseconds(_choice.Next(6000)));
                    break;
            }
        }
    }
}
