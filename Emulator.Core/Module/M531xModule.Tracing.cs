using System.Net;
using M531x.Lwm2m;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Module;

/// <content>What the client does, as lines of the trace.</content>
sealed partial class M531xModule
{
    /// <summary>Handshakes of the module since power-on.</summary>
    long _handshakes;

    void TraceTransmit(ClientTransmit transmit, string name)
    {
        if (transmit.Message is { } message)
            Trace("coap", name, $"{transmit.To} {message}", [.. FieldsOf(transmit.To, message), ("attempt", transmit.Attempt)]);
        else
            Trace("dtls", name, $"{transmit.To} {transmit.Datagram.Length} bytes", ("server", transmit.To.ToString()), ("bytes", transmit.Datagram.Length));
    }

    void TraceSecurity(SecurityNote note)
    {
        IReadOnlyList<TraceField> fields = note.Fields;
        if (note.Name == "handshake.done")
            fields = [.. fields, ("handshakes", ++_handshakes)];
        Trace("dtls", note.Name, note.Detail, note.IsProblem, fields);
    }

    void TraceEvent(MiplEvent number, int? parameter) =>
        Trace("mipl", "event", "", parameter is { } value ? [("number", (int)number), ("parameter", value)] : [("number", (int)number)]);

    /// <summary>Of the options only the path, the query and Observe: the others may hold an authentication code.</summary>
    static TraceField[] FieldsOf(IPEndPoint server, CoapMessage message)
    {
        List<TraceField> fields = [("server", server.ToString()), ("type", message.TypeName), ("code", message.Code.ToString()), ("mid", message.MessageId)];
        if (!message.Token.IsEmpty)
            fields.Add(("token", Convert.ToHexStringLower(message.Token.Span)));
        if (message.Code.IsRequest)
            fields.Add(("path", message.PathText));
        if (message.Observe is { } observe)
            fields.Add(("observe", observe));
        if (!message.Payload.IsEmpty)
            fields.Add(("payload", message.Payload.Length));
        return [.. fields];
    }
}
