using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>One of the platform's CoAP endpoints, wrapped by the faults of CoAP; messages pass here in the clear.</summary>
sealed class FaultyEndpoint(CoapEndpoint endpoint, FaultSet? faults)
{
    readonly CoapFaults? _faults = faults is null ? null : new CoapFaults(faults);
    readonly Queue<CoapTransmit> _ready = [];
    bool _wasReset;

    bool IsOff => _faults is null or { IsEmpty: true };

    /// <summary>What arrives of a device's message.</summary>
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
                _ready.Enqueue(transmit with { Message = copy, Datagram = copy == transmit.Message ? transmit.Datagram : CoapCodec.Encode(copy) });
            if (!fate.IsReset)
                continue;
            endpoint.HandleDatagram(now, transmit.To, CoapCodec.Encode(ResetOf(transmit.Message)));
            _wasReset = true;
        }
        return true;
    }

    /// <summary>Whether a message of ours was reset by a fault since the last call: the endpoint has events because of it.</summary>
    public bool TakeReset()
    {
        var was = _wasReset;
        _wasReset = false;
        return was;
    }

    static CoapMessage ResetOf(CoapMessage message) => new() { Type = CoapType.Reset, Code = CoapCode.Empty, MessageId = message.MessageId };
}
