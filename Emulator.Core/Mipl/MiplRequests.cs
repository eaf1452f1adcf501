using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// Operations of the server that the MCU answers: as URCs or in the queue of AT+MIPLNMI, and their answers by the RSP commands
/// (manual §1.10 to §1.19, §2.1 to §2.3).
/// </summary>
sealed class MiplRequests(MiplScope scope, MiplObjects objects, McuUpdate update)
{
    /// <summary>Arguments of a READRSP that carries an error and no value.</summary>
    const int ShortReadResponse = 3;
    const int FullReadResponse = 11;

    /// <summary>Message ids of observe and attribute requests that are remembered.</summary>
    const int MaxAutoAnswered = 64;

    static readonly TimeSpan ShortReplyWindow = TimeSpan.FromSeconds(5);

    readonly OperationQueue _operations = new(scope.Context.Limits);

    /// <summary>Message ids of observe and attribute requests the module answered by itself.</summary>
    readonly RecentSet _autoAnswered = new(MaxAutoAnswered);

    /// <summary>Observe requests so far (quirk observe-mid-counter).</summary>
    int _observeCount;

    public OperationQueue Operations => _operations;

    public TimeSpan NextDeadline => _operations.NextExpiry;

    int MaxReadBytes => scope.Has(Quirk.ReadPayload2048) ? 2048 : scope.Context.Limits.PayloadBytes;

    TimeSpan ReplyWindow => scope.Has(Quirk.ReplyWindow5) ? ShortReplyWindow : TimeSpan.FromSeconds(scope.Context.Limits.OperationSeconds);

    /// <summary>The line that shows a read.</summary>
    public string ReadLine(ReadRequested read) =>
        MiplScope.Text($"+MIPLREAD:0,{read.MessageId},{MiplScope.Ids(read.Path)}{(scope.Has(Quirk.ReadUrcTrailingZero) ? ",0" : "")}");

    public void HandleRead(ReadRequested read) =>
        Deliver(new Operation(OperationKind.Read, read.Exchange, read.MessageId, read.Path, [ReadLine(read)], 0), bypassQueue: false);

    public void HandleWrite(WriteRequested write)
    {
        update.Follow(write.Items[0].Path, hasData: !write.Items[0].Bytes.IsEmpty);
        List<(ResourcePath Path, int Type, string Text)> values = [];
        foreach (var item in write.Items)
        {
            var (type, text) = AtValue.Format(item.Bytes.Span, item.Format == WriteFormat.Text, objects.DeclaredType(item.Path));
            values.AddRange(Chunks(item.Path, type, text));
        }
        var lines = values.Select((v, i) => MiplScope.Text(
            $"+MIPLWRITE:0,{write.MessageId},{MiplScope.Ids(v.Path)},{v.Type},{v.Text.Length},{v.Text},{WriteTail(i, values.Count)}")).ToList();
        Deliver(new Operation(OperationKind.Write, write.Exchange, write.MessageId, write.Path, lines, write.PayloadLength),
            bypassQueue: write.PayloadLength > scope.Context.Limits.UnqueuedPayloadBytes);
    }

    /// <summary>Each block of an update package is a +MIPLWRITE with a message id of its own; the next comes when the MCU has answered.</summary>
    public void HandleWriteBlock(WriteBlockRequested write)
    {
        // The server began anew: the block before needs no answer any more.
        if (_operations.FindFirst(McuUpdate.IsPackageBlock) is { } former)
        {
            _operations.Remove(former);
            scope.Client.DropRequest(former.Exchange);
        }
        var flag = !write.Block.More ? MessageFlag.Last : write.Block.Number == 0 ? MessageFlag.First : MessageFlag.Middle;
        var (type, text) = AtValue.Format(write.Bytes.Span, isText: false, declared: null);
        var index = scope.Has(Quirk.WriteUrcFlagIndex) ? ",0" : "";
        var line = MiplScope.Text($"+MIPLWRITE:0,{write.MessageId},{MiplScope.Ids(write.Path)},{type},{text.Length},{text},{flag}{index}");
        Deliver(new Operation(OperationKind.Write, write.Exchange, write.MessageId, write.Path, [line], write.Bytes.Length), bypassQueue: true);
    }

    /// <summary>The server sends the same block in a new exchange: the answer belongs to that one.</summary>
    public void HandleBlockRepeated(WriteBlockRepeated repeated)
    {
        if (_operations.FindExchange(repeated.Former) is { } unanswered)
            unanswered.Exchange = repeated.Exchange;
    }

    public void HandleExecute(ExecuteRequested execute)
    {
        update.Follow(execute.Path, hasData: true);
        var text = Encoding.Latin1.GetString(execute.Arguments.Span);
        var quote = scope.Has(Quirk.ExecuteUnquoted) ? "" : "\"";
        var line = MiplScope.Text($"+MIPLEXECUTE:0,{execute.MessageId},{MiplScope.Ids(execute.Path)},{text.Length},{quote}{text}{quote}");
        Deliver(new Operation(OperationKind.Execute, execute.Exchange, execute.MessageId, execute.Path, [line], execute.Arguments.Length),
            bypassQueue: execute.Arguments.Length > scope.Context.Limits.UnqueuedPayloadBytes);
    }

    public void HandleObserve(ObserveHandled observe)
    {
        var shown = (int)observe.MessageId;
        if (scope.Has(Quirk.ObserveMidCounter))
            shown |= (++_observeCount & short.MaxValue) << 16;
        _autoAnswered.Add(shown);
        var sign = scope.Has(Quirk.ObserveEqualsSign) ? '=' : ':';
        scope.Urc(MiplScope.Text($"+MIPLOBSERVE{sign}0,{shown},{(observe.Added ? 1 : 0)},{MiplScope.Ids(observe.Path)}"));
    }

    public void HandleDiscover(DiscoverHandled discover) =>
        scope.Urc(MiplScope.Text($"+MIPLDISCOVER:0,{discover.MessageId},{discover.Path.Object}"));

    public void HandleAttributes(AttributesHandled attributes)
    {
        _autoAnswered.Add(attributes.MessageId);
        var text = attributes.Attributes.Describe(scope.Has(Quirk.ParameterSt) ? "st" : "stp");
        scope.Urc(MiplScope.Text($"+MIPLPARAMETER:0,{attributes.MessageId},{MiplScope.Ids(attributes.Path)},{text.Length},\"{text}\""));
    }

    /// <summary>The server repeats a request: the module shows it again, as it did the first time.</summary>
    public void HandleRepeated(RequestRepeated repeated)
    {
        if (_operations.FindExchange(repeated.Exchange) is not { } operation)
            return;
        // In modes 1 and 2 only operations that bypass the queue go to the MCU unasked.
        var wasQueued = scope.Indication.Downlink != MessageIndication.Direct && operation.PayloadLength <= scope.Context.Limits.UnqueuedPayloadBytes;
        if (operation.Queued || wasQueued || scope.Has(Quirk.NoDuplicateUrc))
            return;
        foreach (var line in operation.Lines)
            scope.Urc(line);
    }

    /// <summary>AT+MIPLNMI has returned to mode 0: prints what waits in the queue.</summary>
    public void PrintQueued()
    {
        foreach (var operation in _operations.Queued())
        {
            operation.Queued = false;
            Print(operation);
        }
    }

    /// <summary>Shows the oldest queued operation; the same one again until it is answered (manual §2.2).</summary>
    public AtResult ShowNext()
    {
        if (scope.Indication.Downlink != MessageIndication.Direct && _operations.NextQueued() is { } operation)
        {
            foreach (var line in operation.Lines)
                scope.Context.Output.Info(line);
        }
        return AtResult.Ok;
    }

    public AtResult ShowCounters()
    {
        scope.Context.Output.Info(MiplScope.Text(
            $"+MIPLQMGR:0,QUEUES={_operations.Count},DROPPED={_operations.Dropped},BUFFERS={_operations.BufferedBytes}"));
        return AtResult.Ok;
    }

    /// <summary>AT+MIPLREADRSP=ref,mid,result[,objid,insid,resid,type,len,value,index,flag].</summary>
    public AtResult RespondRead(AtArguments arguments)
    {
        var result = arguments.Int(2);
        var isFull = arguments.Count == FullReadResponse && Enumerable.Range(0, FullReadResponse).All(arguments.Has);
        if (!isFull && arguments.Count != ShortReadResponse)
            return CisError.Syntax;
        if (result != AtCodes.Content)
            return RespondError(arguments, OperationKind.Read);
        if (!isFull || !AtValue.TryParse(arguments.Int(6), arguments.Text(8), MaxReadBytes, out var value)
            || !TryReadResponseFlag(arguments.Text(10), out var held)
            || scope.Has(Quirk.StrictLen) && !AtValue.FitsLength(arguments.Int(6), arguments.Text(8), arguments.Int(7)))
            return CisError.Syntax;

        var path = new ResourcePath(arguments.Int(3), arguments.Int(4), arguments.Int(5));
        if (Find(arguments, OperationKind.Read) is not { } operation || !operation.Path.Covers(path))
            return CisError.Resource;
        if (!held && !scope.Client.HasRoom(Tlv.EncodeValue(value).Length))
            return CisError.NotAllowed;
        if (!operation.Parts.TryHold(path, value, MaxReadBytes))
            return CisError.Syntax;
        if (!ServedObjects.IsServed(scope.Dialect, path.Object))
            objects.TryDeclare(path, value);
        if (held || arguments.Int(9) != 0)
            return AtResult.Ok;
        scope.AwaitRelease(operation.Exchange, arguments.Text(10));
        EndWithFollowUps(operation);
        scope.Client.RespondContent(scope.Now, operation.Exchange, operation.Parts.TakeAll());
        return AtResult.Ok;
    }

    /// <summary>AT+MIPLWRITERSP and AT+MIPLEXECUTERSP=ref,mid,result.</summary>
    public AtResult RespondChange(AtArguments arguments, OperationKind kind) => arguments.Int(2) == AtCodes.Changed
        ? Respond(arguments, kind, CoapCode.Changed)
        : RespondError(arguments, kind);

    /// <summary>AT+MIPLSOTA=result answers a step of the MCU's update.</summary>
    public AtResult RespondUpdateStep(AtArguments arguments)
    {
        var result = arguments.Int(0);
        return _operations.FindFirst(o => McuUpdate.IsAnsweredBy(result, o)) is { } operation
            ? Respond(operation, McuUpdate.IsSuccess(result) ? CoapCode.Changed : CoapCode.InternalServerError)
            : CisError.Resource;
    }

    /// <summary>The module has answered these requests itself; programs that answer them again read OK (manual §1.16, §1.18).</summary>
    public AtResult AcceptRedundant(AtArguments arguments)
    {
        var result = arguments.Int(2);
        if (result is not (AtCodes.Content or AtCodes.Changed) && AtCodes.Error(result) is null)
            return CisError.Syntax;
        return _autoAnswered.Contains(arguments.Int(1)) ? AtResult.Ok : CisError.Resource;
    }

    /// <summary>As above; the manual's table allows 2 and errors, its example has 1.</summary>
    public AtResult AcceptParameter(AtArguments arguments) =>
        scope.Has(Quirk.ParameterRspStrict) && arguments.Int(2) == AtCodes.Content ? CisError.Syntax : AcceptRedundant(arguments);

    public void HandleTimeout()
    {
        foreach (var expired in _operations.TakeExpired(scope.Now))
            scope.Client.DropRequest(expired.Exchange);
    }

    /// <summary>The registration has ended.</summary>
    public void Forget()
    {
        _operations.Clear();
        _autoAnswered.Clear();
    }

    /// <summary>Prints an operation or queues it, as AT+MIPLNMI says.</summary>
    void Deliver(Operation operation, bool bypassQueue)
    {
        if (scope.Indication.Downlink == MessageIndication.Direct || bypassQueue)
        {
            _operations.Add(operation);
            Print(operation);
            return;
        }
        var isFull = scope.Context.TryTrigger(
            "buffer-full", FaultDirection.Down, operation.Lines[0], out _, f => f.Text("buffer") == "queue");
        var dropped = isFull ? _operations.Refuse(operation) : _operations.Enqueue(operation);
        if (dropped is not null)
        {
            scope.Client.DropRequest(dropped.Exchange);
            scope.Context.Trace("mipl", "queue.dropped", $"mid {dropped.MessageId}", ("mid", dropped.MessageId), ("path", dropped.Path.ToString()));
        }
        if (dropped != operation && scope.Indication.Downlink == MessageIndication.Notify)
            scope.Urc(scope.Has(Quirk.NmiUrcRef) ? "+MIPLNMI:0" : "+MIPLNMI");
    }

    void Print(Operation operation)
    {
        operation.ExpiresAt = scope.Now + ReplyWindow;
        foreach (var line in operation.Lines)
            scope.Urc(line);
    }

    /// <summary>The flags of NOTIFY, unless the note of manual §1.11 is followed: there 1 sends and 0 does not.</summary>
    bool TryReadResponseFlag(string text, out bool held)
    {
        var valid = MiplReports.TryReadFlag(text, out held);
        if (valid && scope.Has(Quirk.ReadRspFlagInverted) && AtParameter.TryParseFlag(text, out var flag)
            && flag is MessageFlag.Last or MessageFlag.First)
            held = flag == MessageFlag.Last;
        return valid;
    }

    AtResult RespondError(AtArguments arguments, OperationKind kind) => AtCodes.Error(arguments.Int(2)) is { } code
        ? Respond(arguments, kind, code)
        : CisError.Syntax;

    AtResult Respond(AtArguments arguments, OperationKind kind, CoapCode code) =>
        Find(arguments, kind) is { } operation ? Respond(operation, code) : CisError.Resource;

    AtResult Respond(Operation operation, CoapCode code)
    {
        if (!scope.Client.HasRoom(0))
            return CisError.NotAllowed;
        EndWithFollowUps(operation);
        scope.Client.Respond(scope.Now, operation.Exchange, code);
        return AtResult.Ok;
    }

    /// <summary>The operation is answered: what its answer still has to report is noted.</summary>
    void EndWithFollowUps(Operation operation)
    {
        _operations.Remove(operation);
        scope.AwaitDeparture(operation.Exchange, operation.MessageId);
        if (scope.Has(Quirk.RawCisEvents))
            scope.FollowUps.AwaitOutcome(operation.Exchange, operation.MessageId);
    }

    Operation? Find(AtArguments arguments, OperationKind kind) => _operations.Find(kind, arguments.Int(1));

    /// <summary>Long values come in pieces of one block each, as block-wise writes do on the module.</summary>
    IEnumerable<(ResourcePath Path, int Type, string Text)> Chunks(ResourcePath path, int type, string text)
    {
        var size = type == (int)Lwm2mType.Opaque ? 2 * scope.Context.Limits.WriteChunkBytes : scope.Context.Limits.WriteChunkBytes;
        // One datagram's worth stays one line: only what came block-wise is cut.
        if (text.Length <= 2 * size)
            return [(path, type, text)];
        return text.Chunk(size).Select(c => (path, type, new string(c)));
    }

    /// <summary>The flag, and with the quirk an index that counts down to 0.</summary>
    string WriteTail(int index, int count) => scope.Has(Quirk.WriteUrcFlagIndex)
        ? MiplScope.Text($"{WriteFlag(index, count)},{count - 1 - index}")
        : MiplScope.Text($"{WriteFlag(index, count)}");

    /// <summary>1 first, 2 middle, 0 last (manual §1.12).</summary>
    static int WriteFlag(int index, int count) =>
        index == count - 1 ? MessageFlag.Last : index == 0 ? MessageFlag.First : MessageFlag.Middle;
}
