using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Datagrams of the LwM2M client on their way out, the trace of its messages, and the debug lines of CREATE and CREATEEX.</summary>
/// <param name="scope">Of the device instance.</param>
/// <param name="debugLevel">CREATEEX flag bits 2 and 3 (manual §2.5); <see cref="DebugBoth"/> for LogEnabled of CREATE.</param>
/// <param name="handshakes">Counts the handshakes of the module since it was switched on.</param>
sealed class MiplTraffic(MiplScope scope, int debugLevel, Counter handshakes)
{
    /// <summary>Debug levels: lengths in both directions, received data, data in both directions.</summary>
    public const int DebugLengths = 1;
    public const int DebugReceived = 2;
    public const int DebugBoth = 3;

    /// <summary>Sends a datagram over the air, and does what waits for it to leave.</summary>
    public void Send(ClientTransmit transmit)
    {
        var sent = scope.Context.Radio.Send(scope.Now, transmit.Datagram.Length);
        AssistRelease(transmit.Exchange, sent);
        scope.Context.Air.Drain();
        Trace(transmit, sent ? "sent" : "uplink.lost");
        if (sent)
        {
            scope.Context.Emit(new DatagramOutput(transmit.To, transmit.Datagram));
            if (transmit.Message is { } shown)
                PrintDebug("SEND", CoapCodec.Encode(shown), DebugBoth);
        }
        if (transmit.Attempt == 0)
            ReportDeparture(transmit.Exchange, sent);
    }

    public void HandleTaken(MessageTaken received) => PrintDebug("RECV", received.Message.Span, DebugReceived);

    /// <summary>Traces what concerns messages and DTLS; false for other events.</summary>
    public bool TryTrace(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case MessageReceived received:
                scope.Context.Trace("coap", "received", $"{received.From} {received.Message}", [.. FieldsOf(received.From, received.Message)]);
                return true;
            case MessageIgnored ignored:
                scope.Context.Trace("coap", "ignored", $"{ignored.From} {ignored.Reason}",
                    ("server", ignored.From.ToString()), ("reason", ignored.Reason.ToString()));
                return true;
            case SecurityNote note:
                Trace(note);
                return true;
            case SecretsAgreed secrets:
                scope.Context.Emit(new SecretsOutput(secrets.ClientRandom, secrets.MasterSecret));
                return true;
            case StateChanged change:
                scope.Context.Trace("lwm2m", "state", $"{change.From} -> {change.To}: {change.Why}",
                    ("from", change.From.ToString()), ("to", change.To.ToString()), ("why", change.Why));
                return true;
            default:
                return false;
        }
    }

    void AssistRelease(long exchange, bool sent)
    {
        if (!scope.FollowUps.TryTakeRelease(exchange, out var flag) || !sent)
            return;
        if (flag == MessageFlag.ReleaseAfterSend)
            scope.Context.Radio.ReleaseAfterUplink(scope.Now);
        else
            scope.Context.Radio.ReleaseAfterDownlink();
    }

    /// <summary>+MIPLNSMI: status 1 is sent over the air, 0 is not (manual §4.3); then event 21 or 20 (quirk raw-cis-events).</summary>
    void ReportDeparture(long exchange, bool sent)
    {
        if (scope.FollowUps.TryTakeDeparture(exchange, out var number))
            scope.Urc(MiplScope.Text($"+MIPLNSMI{(scope.Has(Quirk.NsmiEqualsSign) ? '=' : ':')}0,{(sent ? 1 : 0)},{number}"));
        if (!scope.FollowUps.TryTakeOutcome(exchange, out var messageId))
            return;
        if (sent)
            scope.Event(MiplEvent.ResponseSent);
        else
            scope.Event(MiplEvent.ResponseFailed, messageId);
    }

    /// <summary>Debug lines show CoAP in clear even behind DTLS; <paramref name="dataFrom"/> is the level that shows the bytes in this direction.</summary>
    void PrintDebug(string direction, ReadOnlySpan<byte> datagram, int dataFrom)
    {
        if (!scope.Has(Quirk.DebugPrints) || debugLevel == 0 || debugLevel > DebugLengths && debugLevel < dataFrom)
            return;
        var text = MiplScope.Text($"+CIS {direction}:{datagram.Length}");
        // A bootstrap carries keys: the trace hides the bytes.
        if (debugLevel >= dataFrom)
            scope.Context.Output.Urc($"{text},{Convert.ToHexString(datagram)}", $"{text},…");
        else
            scope.Urc(text);
    }

    void Trace(ClientTransmit transmit, string name)
    {
        if (transmit.Message is { } message)
        {
            scope.Context.Trace("coap", name, $"{transmit.To} {message}",
                [.. FieldsOf(transmit.To, message), ("attempt", transmit.Attempt)]);
        }
        else
        {
            scope.Context.Trace("dtls", name, $"{transmit.To} {transmit.Datagram.Length} bytes",
                ("server", transmit.To.ToString()), ("bytes", transmit.Datagram.Length));
        }
    }

    void Trace(SecurityNote note)
    {
        IReadOnlyList<TraceField> fields = note.Fields;
        if (note.Name == "handshake.done")
            fields = [.. fields, ("handshakes", handshakes.Next())];
        scope.Context.Trace("dtls", note.Name, note.Detail, note.IsProblem, fields);
    }

    /// <summary>Of the options only the path, the query and Observe: the others may hold an authentication code.</summary>
    static List<TraceField> FieldsOf(IPEndPoint server, CoapMessage message)
    {
        List<TraceField> fields =
        [
            ("server", server.ToString()), ("type", message.TypeName), ("code", message.Code.ToString()), ("mid", message.MessageId),
        ];
        if (!message.Token.IsEmpty)
            fields.Add(("token", Convert.ToHexStringLower(message.Token.Span)));
        if (message.Code.IsRequest)
            fields.Add(("path", message.PathText));
        if (message.Observe is { } observe)
            fields.Add(("observe", observe));
        if (!message.Payload.IsEmpty)
            fields.Add(("payload", message.Payload.Length));
        return fields;
    }
}
