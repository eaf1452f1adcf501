using System.Globalization;
using System.Text;

namespace M531x.Lwm2m.Coap;

// Requests of the peers: de-duplication, what the endpoint refuses by itself, and the answers.
public sealed partial class CoapEndpoint
{
    /// <summary>
    /// Answers a received request: piggybacked on the ACK for a CON not yet acknowledged, as NON for a NON,
    /// as a separate CON after <see cref="Acknowledge"/>. Returns false when the exchange is unknown or already answered.
    /// The answer is remembered and repeated, silently, when the request is repeated.
    /// </summary>
    /// <remarks>A separate response is not counted against NSTART: an answer never waits behind a request of ours.</remarks>
    public bool Respond(TimeSpan now, long exchange, CoapResponse response)
    {
        _now = now;
        StartWaiting();
        if (_received.Find(exchange) is not { IsUnanswered: true } received)
            return false;

        var separate = received.State == ReceivedState.Acknowledged;
        received.State = ReceivedState.Answered;
        if (separate)
        {
            var message = ResponseMessage(response, CoapType.Confirmable, NextMessageId(received.Peer), received.Request.Token);
            var outgoing = NewOutgoing(received.Peer, OutgoingKind.Response, message, exchange, options.MaxRetransmit);
            StartTransmission(outgoing);
        }
        else
        {
            SendReply(received, Answer(received.Peer, received.Request, response));
        }
        return true;
    }

    /// <summary>
    /// Sends the empty ACK at once; the response follows as a separate one (RFC 7252 §5.2.2).
    /// Returns false, and does nothing, for a NON and for what is already acknowledged, answered or unknown.
    /// </summary>
    public bool Acknowledge(TimeSpan now, long exchange)
    {
        _now = now;
        StartWaiting();
        if (_received.Find(exchange) is not { State: ReceivedState.Open, Request.Type: CoapType.Confirmable } received)
            return false;
        received.State = ReceivedState.Acknowledged;
        SendReply(received, new CoapMessage
        {
            Type = CoapType.Acknowledgement,
            Code = CoapCode.Empty,
            MessageId = received.Request.MessageId,
        });
        return true;
    }

    /// <summary>Forgets a received request: it is never answered, and its repetitions are ignored.</summary>
    public void Abandon(long exchange)
    {
        if (_received.Find(exchange) is not { } received)
            return;
        received.State = ReceivedState.Abandoned;
        received.Reply = null;
        received.ReplyDatagram = null;
        Cancel(exchange);
    }

    void HandleRequest(CoapPeer from, CoapMessage request)
    {
        if (_received.Find(_now, from, request.MessageId) is { } known)
        {
            HandleRepeated(known);
            return;
        }
        if (Refusal(request) is { } refusal)
        {
            Refuse(from, request, refusal);
            return;
        }
        if (!_received.TryMakeRoom(_now))
        {
            Ignore(from, CoapIgnoreReason.TooManyRequests);
            return;
        }

        var confirmable = request.Type == CoapType.Confirmable;
        var received = new ReceivedRequest
        {
            Exchange = ++_lastExchange,
            Peer = from,
            Request = request,
            Expires = _now + (confirmable ? CoapTransmission.ExchangeLifetime : CoapTransmission.NonLifetime),
        };
        _received.Add(received);
        Raise(new CoapRequestReceived(from, received.Exchange, request));
    }

    // RFC 7252 §4.5: the same ACK or answer again, and nothing is done twice.
    void HandleRepeated(ReceivedRequest received)
    {
        if (received.State == ReceivedState.Abandoned)
        {
            Ignore(received.Peer, CoapIgnoreReason.Duplicate);
            return;
        }
        if (received is { Reply: { } reply, ReplyDatagram: { } datagram })
            Transmit(received.Peer, reply, datagram, received.Exchange, ++received.Repeats);
        if (received.IsUnanswered)
            Raise(new CoapRequestRepeated(received.Peer, received.Exchange, received.Request));
    }

    CoapResponse? Refusal(CoapMessage request)
    {
        if (_rules.FirstNotUnderstood(request) is { } number)
            return Diagnostic(CoapCode.BadOption, string.Create(CultureInfo.InvariantCulture, $"critical option {number}"));
        if (request.Option(CoapOptionNumber.ProxyUri) is not null || request.Option(CoapOptionNumber.ProxyScheme) is not null)
            return new CoapResponse(CoapCode.ProxyingNotSupported);
        if (request.Code.Value > CoapCode.Delete.Value)
            return new CoapResponse(CoapCode.MethodNotAllowed);
        // Size exponent 7 is reserved (RFC 7959 §2.2).
        if (HasReservedSize(request, CoapOptionNumber.Block1, request.Block1) || HasReservedSize(request, CoapOptionNumber.Block2, request.Block2))
            return Diagnostic(CoapCode.BadRequest, "block size");
        return null;
    }

    static bool HasReservedSize(CoapMessage request, int number, CoapBlock? block) => block is null && request.Option(number) is not null;

    static CoapResponse Diagnostic(CoapCode code, string text) => new(code, [], Encoding.UTF8.GetBytes(text));

    // Not remembered: a repetition is refused in the same bytes anyway.
    void Refuse(CoapPeer from, CoapMessage request, CoapResponse refusal)
    {
        if (refusal.Code == CoapCode.BadOption)
        {
            Ignore(from, CoapIgnoreReason.UnknownCriticalOption);
            if (request.Type == CoapType.NonConfirmable)
                return; // RFC 7252 §5.4.1: rejected, and a NON is rejected by silence
        }
        var answer = Answer(from, request, refusal);
        Transmit(from, answer, CoapCodec.Encode(answer), 0, 0);
    }

    CoapMessage Answer(CoapPeer to, CoapMessage request, CoapResponse response) => request.Type == CoapType.Confirmable
        ? ResponseMessage(response, CoapType.Acknowledgement, request.MessageId, request.Token)
        : ResponseMessage(response, CoapType.NonConfirmable, NextMessageId(to), request.Token);

    void SendReply(ReceivedRequest received, CoapMessage reply)
    {
        received.Reply = reply;
        received.ReplyDatagram = CoapCodec.Encode(reply);
        received.Repeats = 0;
        Transmit(received.Peer, reply, received.ReplyDatagram, received.Exchange, 0);
    }
}
