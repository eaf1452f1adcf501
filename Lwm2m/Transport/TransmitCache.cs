using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Transport;

/// <summary>Messages that wait for a handshake, in their order (manual §2.7: at most 10, and 2 KB before encryption).</summary>
sealed class TransmitCache(int maxMessages, int maxBytes)
{
    readonly List<CoapTransmit> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>CoAP bytes before encryption.</summary>
    public int Bytes { get; private set; }

    public bool HasRoom(int bytes) => _waiting.Count < maxMessages && Bytes + bytes <= maxBytes;

    /// <summary>False when it is full. A repetition of a message that waits already changes nothing.</summary>
    public bool Add(CoapTransmit transmit)
    {
        if (transmit.Attempt > 0 && _waiting.Exists(w => w.Exchange == transmit.Exchange))
            return true;
        if (!HasRoom(transmit.Datagram.Length))
            return false;
        _waiting.Add(transmit);
        Bytes += transmit.Datagram.Length;
        return true;
    }

    public IReadOnlyList<CoapTransmit> TakeAll()
    {
        CoapTransmit[] all = [.. _waiting];
        Clear();
        return all;
    }

    public void Clear()
    {
        _waiting.Clear();
        Bytes = 0;
    }
}
