using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <content>The RSP commands, by which the MCU answers downlink operations (manual §1.11 to §1.19).</content>
sealed partial class M531xModule
{
    /// <summary>Arguments of a READRSP that carries an error and no value.</summary>
    const int ShortReadResponse = 3;
    const int FullReadResponse = 11;

    /// <summary>AT+MIPLREADRSP=ref,mid,result[,objid,insid,resid,type,len,value,index,flag].</summary>
    internal AtResult RespondRead(AtArguments arguments)
    {
        var result = arguments.Int(2);
        var isFull = arguments.Count == FullReadResponse && Enumerable.Range(0, FullReadResponse).All(arguments.Has);
        if (!isFull && arguments.Count != ShortReadResponse)
            return CisError.Syntax;
        if (result != AtCodes.Content)
            return RespondError(arguments, OperationKind.Read);
        if (!isFull || !AtValue.TryParse(arguments.Int(6), arguments.Text(8), MaxReadBytes, out var value)
            || !TryReadResponseFlag(arguments.Text(10), out var held)
            || Has(Quirk.StrictLen) && !AtValue.FitsLength(arguments.Int(6), arguments.Text(8), arguments.Int(7)))
            return CisError.Syntax;

        var path = new ResourcePath(arguments.Int(3), arguments.Int(4), arguments.Int(5));
        if (FindOperation(arguments, OperationKind.Read) is not { } operation || !operation.Path.Covers(path))
            return CisError.Resource;
        if (!held && IsCacheFull(Tlv.EncodeValue(value).Length))
            return CisError.NotAllowed;
        if (!operation.Parts.TryHold(path, value, MaxReadBytes))
            return CisError.Syntax;
        if (!ServedObjects.IsServed(_options.Dialect, path.Object))
            Declare(path, value);
        if (held || arguments.Int(9) != 0)
            return AtResult.Ok;
        _instance!.Operations.Remove(operation);
        AwaitRelease(operation.Exchange, arguments.Text(10));
        AwaitDeparture(operation.Exchange, operation.MessageId & NsmiMask);
        AwaitOutcome(operation);
        Client.RespondContent(_now, operation.Exchange, operation.Parts.TakeAll());
        return AtResult.Ok;
    }

    int MaxReadBytes => Has(Quirk.ReadPayload2048) ? 2048 : Limits.PayloadBytes;

    /// <summary>The flags of NOTIFY, unless the note of manual §1.11 is followed: there 1 sends and 0 does not.</summary>
    bool TryReadResponseFlag(string text, out bool held)
    {
        var valid = TryReadFlag(text, out held);
        if (valid && Has(Quirk.ReadRspFlagInverted) && AtParameter.TryParseFlag(text, out var flag) && flag is 0 or FlagFirst)
            held = flag == 0;
        return valid;
    }

    internal AtResult RespondWrite(AtArguments arguments) => RespondChange(arguments, OperationKind.Write);

    internal AtResult RespondExecute(AtArguments arguments) => RespondChange(arguments, OperationKind.Execute);

    AtResult RespondChange(AtArguments arguments, OperationKind kind) => arguments.Int(2) == AtCodes.Changed
        ? Answer(arguments, kind, Lwm2m.Coap.CoapCode.Changed)
        : RespondError(arguments, kind);

    AtResult RespondError(AtArguments arguments, OperationKind kind) => AtCodes.Error(arguments.Int(2)) is { } code
        ? Answer(arguments, kind, code)
        : CisError.Syntax;

    AtResult Answer(AtArguments arguments, OperationKind kind, Lwm2m.Coap.CoapCode code) =>
        FindOperation(arguments, kind) is { } operation ? Answer(operation, code) : CisError.Resource;

    AtResult Answer(Operation operation, Lwm2m.Coap.CoapCode code)
    {
        if (IsCacheFull(0))
            return CisError.NotAllowed;
        _instance!.Operations.Remove(operation);
        AwaitDeparture(operation.Exchange, operation.MessageId & NsmiMask);
        AwaitOutcome(operation);
        Client.Respond(_now, operation.Exchange, code);
        return AtResult.Ok;
    }

    /// <summary>The module has answered these requests itself; programs that answer them again are told OK (manual §1.16, §1.18).</summary>
    internal AtResult AcceptRedundantResponse(AtArguments arguments)
    {
        var result = arguments.Int(2);
        if (result is not (AtCodes.Content or AtCodes.Changed) && AtCodes.Error(result) is null)
            return CisError.Syntax;
        return _instance!.AutoAnswered.Contains(arguments.Int(1)) ? AtResult.Ok : CisError.Resource;
    }

    /// <summary>As above; the manual's table allows 2 and errors, its example has 1.</summary>
    internal AtResult AcceptParameterResponse(AtArguments arguments) =>
        Has(Quirk.ParameterRspStrict) && arguments.Int(2) == AtCodes.Content ? CisError.Syntax : AcceptRedundantResponse(arguments);

    Operation? FindOperation(AtArguments arguments, OperationKind kind) => _instance!.Operations.Find(kind, arguments.Int(1));
}
