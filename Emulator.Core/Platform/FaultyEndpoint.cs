using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>A CoAP endpoint of the platform behind the CoAP faults. Messages pass in the clear, with or without DTLS outside.</summary>
sealed class FaultyEndpoint(CoapEndpoint endpoint, FaultSet? faults)
{
    readonly CoapFaults? _faults = faults is null ? null : new CoapFaults(faults);
    readonly Queue<CoapTransmit> _ready = [];
    bool _wasReset;

    bool IsOff => _faults is null or { IsEmpty: true };

    /// <summary>The copies of a device's message that arrive: one, unless faults drop, change or repeat it.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> PassUp(TimeSpan now, CoapPeer from, ReadOnlyMemory<byte> bytes)
    {
        if (IsOff || !CoapCodec.TryDecode(bytes.Span, out var message, out _))
            return [bytes];
        var fate = _faults!.Pass(now, FaultDirection.Up, message);
        if (fate.IsReset)
        {
            var reset = ResetOf(message);
            _ready.Enqueue(new CoapTransmit(from, CoapCodec.Encode(reset), reset, 0, 0));
        }
        return fate.Copies.Select(copy => copy == message ? bytes : CoapCodec.Encode(copy));
    }

    /// <summary>The next message for a device.</summary>
    public bool TryTakeTransmit(TimeSpan now, out CoapTransmit transmit)
    {
        while (!_ready.TryDequeue(out transmit))
        {
            if (!endpoint.TryTakeTransmit(out transmit))
                return false;
            if (IsOff)
            {
                _faults?.See(FaultDirection.Down, transmit.Message);
                return true;
            }
            var fate = _faults!.Pass(now, FaultDirection.Down, transmit.Message);
            foreach (var copy in fate.Copies)
            {
                var datagram = copy == transmit.Message ? transmit.Datagram : CoapCodec.Encode(copy);
                _ready.Enqueue(transmit with { Message = copy, Datagram = datagram });
            }
            if (!fate.IsReset)
                continue;
            endpoint.HandleDatagram(now, transmit.To, CoapCodec.Encode(ResetOf(transmit.Message)));
            _wasReset = true;
        }
        return true;
    }

    /// <summary>Whether a fault reset a message of the platform since the last call: the endpoint has events then.</summary>
    public bool TakeReset()
    {
        var was = _wasReset;
        _wasReset = false;
        return was;
    }

    static CoapMessage ResetOf(CoapMessage message) =>
        new() { Type = CoapType.Reset, Code = CoapCode.Empty, MessageId = message.MessageId };
}
