using System.Globalization;
using System.Text;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <content>What the LwM2M client reports, as URCs and datagrams.</content>
sealed partial class M531xModule
{
    void DrainClient()
    {
        // Handlers may start new work in the client, so both queues are drained until they stay empty.
        for (var again = true; again && _instance is not null;)
        {
            again = false;
            while (_instance is not null && Client.TryTakeEvent(out var clientEvent))
            {
                HandleClientEvent(clientEvent);
                again = true;
            }
            while (_instance is not null && Client.TryTakeTransmit(_now, out var transmit))
            {
                Transmit(transmit);
                again = true;
            }
        }
        if (_rebootRequested)
        {
            _rebootRequested = false;
            Reset(_now, ResetCause.At);
        }
    }

    void Transmit(ClientTransmit transmit)
    {
        var sent = _radio.Send(_now, transmit.Datagram.Length);
        AssistRelease(transmit.Exchange, sent);
        DrainRadio();
        TraceTransmit(transmit, sent ? "sent" : "uplink.lost");
        if (sent)
        {
            _effects.Enqueue(new DatagramOutput(transmit.To, transmit.Datagram));
            if (transmit.Message is { } shown)
                PrintTraffic("SEND", CoapCodec.Encode(shown), DebugBoth);
        }
        if (transmit.Attempt == 0)
        {
            ReportDeparture(transmit.Exchange, sent);
            ReportOutcome(transmit.Exchange, sent);
        }
    }

    void HandleClientEvent(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case MessageTaken received:
                PrintTraffic("RECV", received.Message.Span, DebugReceived);
                break;
            case ReadRequested read:
                HandleRead(read);
                break;
            case WriteRequested write:
                HandleWrite(write);
                break;
            case WriteBlockRequested block:
                HandleWriteBlock(block);
                break;
            case WriteBlockRepeated repeated:
                if (_instance!.Operations.FindExchange(repeated.Former) is { } unanswered)
                    unanswered.Exchange = repeated.Exchange;
                break;
            case ExecuteRequested execute:
                HandleExecute(execute);
                break;
            case RequestRepeated repeated:
                Repeat(repeated.Exchange);
                break;
            case ObserveHandled observe when ServedObjects.IsHiddenFromMcu(_options.Dialect, observe.Path.Object):
                WatchServed(observe);
                break;
            case DiscoverHandled hidden when ServedObjects.IsServed(_options.Dialect, hidden.Path.Object):
            case AttributesHandled set when ServedObjects.IsHiddenFromMcu(_options.Dialect, set.Path.Object):
                break;
            case ObserveHandled observe:
                PrintObserve(observe);
                break;
            case DiscoverHandled discover:
                Urc(Line($"+MIPLDISCOVER:0,{discover.MessageId},{discover.Path.Object}"));
                break;
            case AttributesHandled attributes:
                HandleAttributes(attributes);
                break;
            case NotificationAcknowledged acknowledged:
                if (_instance!.AckIds.Remove(acknowledged.Exchange, out var ackId))
                    Urc(AcknowledgedLine(ackId));
                break;
            case NotificationFailed failed:
                if (_instance!.AckIds.Remove(failed.Exchange, out var failedId))
                    Event(MiplEvent.NotifyFailed, failedId);
                break;
            default:
                HandleSessionEvent(clientEvent);
                break;
        }
    }

    void HandleSessionEvent(ClientEvent clientEvent)
    {
        RawEvents(clientEvent);
        switch (clientEvent)
        {
            case MessageReceived received:
                Trace("coap", "received", $"{received.From} {received.Message}", [.. FieldsOf(received.From, received.Message)]);
                break;
            case MessageIgnored ignored:
                Trace("coap", "ignored", $"{ignored.From} {ignored.Reason}", ("server", ignored.From.ToString()), ("reason", ignored.Reason.ToString()));
                break;
            case AddressAged:
                Trace("dtls", "address.aged", "");
                Event(MiplEvent.DtlsIpAgeing);
                break;
            case SecurityNote note:
                TraceSecurity(note);
                break;
            case SecretsAgreed secrets:
                _effects.Enqueue(new SecretsOutput(secrets.ClientRandom, secrets.MasterSecret));
                break;
            case StateChanged change:
                Trace("lwm2m", "state", $"{change.From} -> {change.To}: {change.Why}",
                    ("from", change.From.ToString()), ("to", change.To.ToString()), ("why", change.Why));
                break;
            case ResolveRequested resolve:
                _effects.Enqueue(new ResolveName(resolve.Host));
                break;
            case ServerObjectWritten written:
                TakeServerObject(written);
                break;
            case BootstrapSucceeded:
                Event(MiplEvent.BootstrapSucceeded);
                break;
            case OpenFailed failed:
                Trace("lwm2m", "open.failed", Line($"{(failed.InBootstrap ? "bootstrap" : "registration")}: {Words(failed)}"),
                    failed.Reason == ClientFailure.SecurityUnavailable,
                    ("bootstrap", failed.InBootstrap), ("reason", failed.Reason.ToString()), ("code", failed.Code?.ToString()));
                Event(OpenFailure(failed));
                break;
            case Registered:
                Event(MiplEvent.Registered);
                break;
            case UpdateSucceeded:
                Event(Has(Quirk.UpdateEvent10) ? MiplEvent.StatusHalt : MiplEvent.Updated);
                break;
            case UpdateTimedOut:
                Event(MiplEvent.UpdateTimedOut);
                break;
            case UpdateRefused:
                EndRegistration(MiplEvent.UpdateRefused);
                break;
            case DeletedByServer:
                EndRegistration(MiplEvent.DeletedByPlatform);
                break;
            case Deregistered { Reopens: true }:
                // Disable is the server's doing: what the MCU has set up stays for the registration to come.
                _instance!.ForgetRegistration();
                Event(MiplEvent.Deregistered);
                break;
            case LifetimeExpired:
                EndRegistration(MiplEvent.Deregistered);
                break;
            case Deregistered:
                // CLOSE forgot the resources already; what the MCU has set since belongs to the next registration.
                Event(Has(Quirk.CloseEvent20) ? MiplEvent.ResponseFailed : MiplEvent.Deregistered);
                break;
        }
    }

    static string Words(OpenFailed failed) => failed.Reason == ClientFailure.SecurityUnavailable
        ? "port 5684 asks for DTLS, and no PSK is configured"
        : $"{failed.Reason} {failed.Code}".TrimEnd();

    void EndRegistration(MiplEvent number)
    {
        ForgetClosedRegistration();
        Event(number);
    }

    void HandleRead(ReadRequested read)
    {
        var line = Line($"+MIPLREAD:0,{read.MessageId},{Ids(read.Path)}{(Has(Quirk.ReadUrcTrailingZero) ? ",0" : "")}");
        if (IsServed(read.Path))
        {
            // The module answers; on OneNET the MCU sees the request all the same and need not react (manual §5.3.2.4).
            if (ServedObjects.IsShown(_options.Dialect, read.Path.Object))
                Urc(line);
            AnswerServedRead(read);
            return;
        }
        Deliver(new Operation(OperationKind.Read, read.Exchange, read.MessageId, read.Path, [line], 0), bypassQueue: false);
    }

    void HandleWrite(WriteRequested write)
    {
        if (IsServed(write.Path))
        {
            HandleServedWrite(write);
            return;
        }
        FollowMcuUpdate(write.Items[0].Path, hasData: !write.Items[0].Bytes.IsEmpty);
        List<(ResourcePath Path, int Type, string Text)> values = [];
        foreach (var item in write.Items)
        {
            var declared = DeclaredType(item.Path);
            var (type, text) = AtValue.Format(item.Bytes.Span, item.Format == WriteFormat.Text, declared);
            values.AddRange(Chunks(item.Path, type, text));
        }
        var lines = values.Select((v, i) => Line(
            $"+MIPLWRITE:0,{write.MessageId},{Ids(v.Path)},{v.Type},{v.Text.Length},{v.Text},{WriteTail(i, values.Count)}")).ToList();
        Deliver(new Operation(OperationKind.Write, write.Exchange, write.MessageId, write.Path, lines, write.PayloadLength),
            bypassQueue: write.PayloadLength > Limits.UnqueuedPayloadBytes);
    }

    /// <summary>Long values come in pieces of one block each, as block-wise writes do on the module.</summary>
    IEnumerable<(ResourcePath Path, int Type, string Text)> Chunks(ResourcePath path, int type, string text)
    {
        var size = type == (int)Lwm2mType.Opaque ? 2 * Limits.WriteChunkBytes : Limits.WriteChunkBytes;
        // One datagram's worth stays one line: only what came block-wise is cut.
        if (text.Length <= 2 * size)
            return [(path, type, text)];
        return text.Chunk(size).Select(c => (path, type, new string(c)));
    }

    /// <summary>The flag, and with the quirk an index that counts down to 0.</summary>
    string WriteTail(int index, int count) => Has(Quirk.WriteUrcFlagIndex)
        ? Line($"{WriteFlag(index, count)},{count - 1 - index}")
        : Line($"{WriteFlag(index, count)}");

    /// <summary>1 first, 2 middle, 0 last (manual §1.12).</summary>
    static int WriteFlag(int index, int count) => index == count - 1 ? 0 : index == 0 ? FlagFirst : FlagMiddle;

    Lwm2mType? DeclaredType(ResourcePath path) =>
        Client.Objects.Find(path.Object)?.Resources.GetValueOrDefault((path.Instance ?? 0, path.Resource ?? 0))?.Type;

    void HandleExecute(ExecuteRequested execute)
    {
        if (IsServed(execute.Path))
        {
            ExecuteServed(execute);
            return;
        }
        FollowMcuUpdate(execute.Path, hasData: true);
        var text = Encoding.Latin1.GetString(execute.Arguments.Span);
        var quote = Has(Quirk.ExecuteUnquoted) ? "" : "\"";
        var line = Line($"+MIPLEXECUTE:0,{execute.MessageId},{Ids(execute.Path)},{text.Length},{quote}{text}{quote}");
        Deliver(new Operation(OperationKind.Execute, execute.Exchange, execute.MessageId, execute.Path, [line], execute.Arguments.Length),
            bypassQueue: execute.Arguments.Length > Limits.UnqueuedPayloadBytes);
    }

    void HandleAttributes(AttributesHandled attributes)
    {
        _instance!.AutoAnswered.Add(attributes.MessageId);
        var text = attributes.Attributes.Describe(Has(Quirk.ParameterSt) ? "st" : "stp");
        Urc(Line($"+MIPLPARAMETER:0,{attributes.MessageId},{Ids(attributes.Path)},{text.Length},\"{text}\""));
    }

    static string Ids(ResourcePath path) => Line($"{path.Object},{path.InstanceOrAll},{path.ResourceOrAll}");

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
