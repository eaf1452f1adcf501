using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Module;

/// <content>Packet data contexts (3GPP TS 27.007 §10.1). The network gives the module one connection: its own context is active while it is attached, others are defined only.</content>
sealed partial class M531xModule
{
    /// <summary>Bearer identity of the first bearer (3GPP TS 24.007 §11.2.3.1.5).</summary>
    const int DefaultBearer = 5;

    /// <summary>Programs name the module's own context so, whatever number it has.</summary>
    const int ProgramsContext = 1;

    bool IsOwnContext(int id) => id == _options.Profile.ContextId || id == ProgramsContext;

    bool HasContext(int id) => IsOwnContext(id) || _settings.Contexts.ContainsKey(id);

    bool IsActive(int id) => IsOwnContext(id) && _radio.IsAttached;

    /// <summary>All contexts that are defined.</summary>
    internal AtResult ShowAddresses()
    {
        foreach (var id in _settings.Contexts.Keys)
            ShowAddress(id);
        return AtResult.Ok;
    }

    internal AtResult ShowAddress(AtArguments arguments) => HasContext(arguments.Int(0)) ? ShowAddress(arguments.Int(0)) : AtResult.Error;

    AtResult ShowAddress(int id) => General("+CGPADDR",
        _radio.Address is { } address && IsOwnContext(id) ? Line($"{id},{NetworkText(address.ToString())}") : Number(id));

    internal AtResult ListContexts() => General("+CGPADDR", $"({string.Join(',', _settings.Contexts.Keys)})");

    /// <summary>AT+CGACT=state[,cid]: all contexts unless one is named. What is in the state asked for stays so.</summary>
    internal AtResult SetContextActivation(AtArguments arguments)
    {
        var activates = arguments.Int(0) == 1;
        var ids = arguments.Has(1) ? [arguments.Int(1)] : _settings.Contexts.Keys.ToArray();
        if (!ids.All(HasContext))
            return AtResult.Error;
        if (ids.All(id => IsActive(id) == activates))
            return AtResult.Ok;
        // The last connection of an attached module cannot be released alone (3GPP TS 27.007 §10.1.10), and there is no second one.
        return activates && !_radio.IsAttached ? CmeError.NoNetworkService : CmeError.OperationNotAllowed;
    }

    /// <summary>The module's own context as number 1 on every module, as programs expect it; then the others.</summary>
    internal AtResult ReadContextActivation()
    {
        foreach (var id in _settings.Contexts.Keys.Where(id => !IsOwnContext(id)).Prepend(ProgramsContext))
            General("+CGACT", LastBlank("+CGACT", Line($"{id},{(IsActive(id) ? 1 : 0)}")));
        return AtResult.Ok;
    }

    /// <summary>A context without further values is removed; the module's own one returns to its default.</summary>
    internal AtResult DefineContext(AtArguments arguments)
    {
        var id = arguments.Int(0);
        if (arguments.Count > 1)
            return Define(id, arguments.TextOrNull(1) ?? PacketContext.Types[0], arguments.Count > 2 ? arguments.Text(2) : "");
        if (id == _options.Profile.ContextId)
            return Define(id, PacketContext.Types[0], _options.Profile.Apn);
        _settings.Contexts.Remove(id);
        return AtResult.Ok;
    }

    /// <summary>AT*MCGDEFCONT="IP","apn": the context that the module opens by itself.</summary>
    internal AtResult DefineDefaultContext(AtArguments arguments) =>
        Define(_options.Profile.ContextId, arguments.Text(0), arguments.Count > 1 ? arguments.Text(1) : "");

    AtResult Define(int id, string type, string apn)
    {
        type = type.ToUpperInvariant();
        if (!PacketContext.IsType(type))
            return AtResult.Error;
        _settings.Contexts[id] = new PacketContext(type, apn);
        return AtResult.Ok;
    }

    internal AtResult ReadDefaultContext()
    {
        var context = _settings.Contexts[_options.Profile.ContextId];
        return General("*MCGDEFCONT", $"\"{context.Type}\",\"{context.Apn}\"");
    }

    internal AtResult ReadContexts()
    {
        foreach (var (id, context) in _settings.Contexts)
            General("+CGDCONT", Line($"{id},\"{context.Type}\",\"{AccessPoint(context)}\",,0,0"));
        return AtResult.Ok;
    }

    /// <summary>The network adds its operator identifier while the module is attached (3GPP TS 23.003 §9.1.2).</summary>
    string AccessPoint(PacketContext context) => _radio.IsAttached && context.Apn.Length > 0 && !context.Apn.Contains(".MNC", StringComparison.OrdinalIgnoreCase)
        ? $"{context.Apn}.MNC{_radio.Operator[3..].PadLeft(3, '0')}.MCC{_radio.Operator[..3]}.GPRS"
        : context.Apn;

    internal AtResult ShowContextParameters() => ShowContextParameters(_options.Profile.ContextId);

    internal AtResult ShowContextParameters(AtArguments arguments) =>
        HasContext(arguments.Int(0)) ? ShowContextParameters(arguments.Int(0)) : AtResult.Error;

    /// <summary>Only active contexts have parameters.</summary>
    AtResult ShowContextParameters(int id)
    {
        if (!IsActive(id))
            return AtResult.Ok;
        var context = _settings.Contexts[_options.Profile.ContextId];
        return General("+CGCONTRDP", Line($"{id},{DefaultBearer},\"{AccessPoint(context)}\",\"{_radio.Address}.255.255.255.255\""));
    }

    internal AtResult ListActiveContexts() => General("+CGCONTRDP", $"({string.Join(',', _settings.Contexts.Keys.Where(IsActive))})");
}
