using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<ContextsPart>(Order = 22)]

namespace M531x.Emulator.Core.Network;

/// <summary>Packet data contexts (3GPP TS 27.007 §10.1). The network gives the module one connection: its own context is active while it is
/// attached, others are defined only.</summary>
sealed class ContextsPart(ModuleContext context) : ModulePart(context), ICommandFamily<ContextsPart>
{
    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("+CGPADDR", "Address of the module", "27.007 §10.1.14") with
        {
            Parameters = [Cid],
            Execute = p => p.ShowAddresses(),
            Set = (p, a) => p.ShowAddress(a),
            Test = p => p.ListContexts(),
        },
        Row("+CGACT", "Activate the context", "27.007 §10.1.10", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("state", 1), Cid.OrNothing],
            Set = (p, a) => p.SetContextActivation(a),
            Delay = CommandDelay.Network,
            Read = p => p.ReadContextActivation(),
        },
        Row("+CGDCONT", "Define a context", "27.007 §10.1.1",
            $"(0-{ModuleSettings.MaxContext}),({string.Join(',', PacketContext.Types.Select(t => $"\"{t}\""))}),,,(0),(0)") with
        {
            Parameters =
            [
                Cid, AtParameter.Text("PDP_type", 8).OrNothing, AtParameter.Text("APN", 100).OrNothing,
                AtParameter.Text("PDP_addr", 64).OrNothing, Parameters.OneOf("d_comp", 0).OrNothing, Parameters.OneOf("h_comp", 0).OrNothing,
            ],
            Set = (p, a) => p.DefineContext(a),
            Read = p => p.ReadContexts(),
        },
        Row("+CGCONTRDP", "Parameters of the context in use", "27.007 §10.1.23") with
        {
            Parameters = [Cid],
            Execute = p => p.ShowContextParameters(),
            Set = (p, a) => p.ShowContextParameters(a),
            Test = p => p.ListActiveContexts(),
        },
        Row("*MCGDEFCONT", "Define the context of the attach", "M5311") with
        {
            Parameters =
            [
                AtParameter.Text("PDP_type", 8), AtParameter.Text("APN", 100).OrNothing, AtParameter.Text("user", 64).OrNothing,
                AtParameter.Text("password", 64).OrNothing,
            ],
            Set = (p, a) => p.DefineDefaultContext(a),
            Read = p => p.ReadDefaultContext(),
        },
    ];

    static AtParameter Cid => Parameters.OneOf("cid", ModuleSettings.MaxContext);

    public static ContextsPart Create(ModuleContext context) => new(context);

    /// <summary>Bearer identity of the first bearer (3GPP TS 24.007 §11.2.3.1.5).</summary>
    const int DefaultBearer = 5;

    bool IsActive(int id) => Settings.IsOwnContext(id) && Context.Radio.IsAttached;

    /// <summary>All contexts that are defined.</summary>
    AtResult ShowAddresses()
    {
        foreach (var id in Settings.Contexts.Keys)
            ShowAddress(id);
        return AtResult.Ok;
    }

    AtResult ShowAddress(AtArguments arguments) => Settings.HasContext(arguments.Int(0)) ? ShowAddress(arguments.Int(0)) : AtResult.Error;

    AtResult ShowAddress(int id) => Show("+CGPADDR",
        Context.Radio.Address is { } address && Settings.IsOwnContext(id) ? Text($"{id},{Profile.QuoteNetworkText(address.ToString())}") : Number(id));

    AtResult ListContexts() => Show("+CGPADDR", $"({string.Join(',', Settings.Contexts.Keys)})");

    /// <summary>AT+CGACT=state[,cid]: all contexts unless one is named. What is in the state asked for stays so.</summary>
    AtResult SetContextActivation(AtArguments arguments)
    {
        var activates = arguments.Int(0) == 1;
        var ids = arguments.Has(1) ? [arguments.Int(1)] : Settings.Contexts.Keys.ToArray();
        if (!ids.All(Settings.HasContext))
            return AtResult.Error;
        if (ids.All(id => IsActive(id) == activates))
            return AtResult.Ok;
        // The last connection of an attached module cannot be released alone (3GPP TS 27.007 §10.1.10), and there is no second one.
        return activates && !Context.Radio.IsAttached ? CmeError.NoNetworkService : CmeError.OperationNotAllowed;
    }

    /// <summary>The module's own context as number 1 on every module, as programs expect it; then the others.</summary>
    AtResult ReadContextActivation()
    {
        foreach (var id in Settings.Contexts.Keys.Where(id => !Settings.IsOwnContext(id)).Prepend(ModuleSettings.ProgramsContext))
            Show("+CGACT", Profile.PlaceLastBlank("+CGACT", Text($"{id},{(IsActive(id) ? 1 : 0)}")));
        return AtResult.Ok;
    }

    /// <summary>A context without further values is removed; the module's own one returns to its default.</summary>
    AtResult DefineContext(AtArguments arguments)
    {
        var id = arguments.Int(0);
        if (arguments.Count > 1)
            return Define(id, arguments.TextOrNull(1) ?? PacketContext.Types[0], arguments.Count > 2 ? arguments.Text(2) : "");
        if (id == Profile.ContextId)
            return Define(id, PacketContext.Types[0], Profile.Apn);
        Settings.Contexts.Remove(id);
        return AtResult.Ok;
    }

    /// <summary>AT*MCGDEFCONT="IP","apn": the context that the module opens by itself.</summary>
    AtResult DefineDefaultContext(AtArguments arguments) =>
        Define(Profile.ContextId, arguments.Text(0), arguments.Count > 1 ? arguments.Text(1) : "");

    AtResult Define(int id, string type, string apn)
    {
        type = type.ToUpperInvariant();
        if (!PacketContext.IsType(type))
            return AtResult.Error;
        Settings.Contexts[id] = new PacketContext(type, apn);
        return AtResult.Ok;
    }

    AtResult ReadDefaultContext()
    {
        var context = Settings.Contexts[Profile.ContextId];
        return Show("*MCGDEFCONT", $"\"{context.Type}\",\"{context.Apn}\"");
    }

    AtResult ReadContexts()
    {
        foreach (var (id, context) in Settings.Contexts)
            Show("+CGDCONT", Text($"{id},\"{context.Type}\",\"{AccessPoint(context)}\",,0,0"));
        return AtResult.Ok;
    }

    /// <summary>The network adds its operator identifier while the module is attached (3GPP TS 23.003 §9.1.2).</summary>
    string AccessPoint(PacketContext context) => Context.Radio.IsAttached && context.Apn.Length > 0 && !context.Apn.Contains(".MNC", StringComparison.OrdinalIgnoreCase)
        ? $"{context.Apn}.MNC{Context.Radio.Operator[3..].PadLeft(3, '0')}.MCC{Context.Radio.Operator[..3]}.GPRS"
        : context.Apn;

    AtResult ShowContextParameters() => ShowContextParameters(Profile.ContextId);

    AtResult ShowContextParameters(AtArguments arguments) =>
        Settings.HasContext(arguments.Int(0)) ? ShowContextParameters(arguments.Int(0)) : AtResult.Error;

    /// <summary>Only active contexts have parameters.</summary>
    AtResult ShowContextParameters(int id)
    {
        if (!IsActive(id))
            return AtResult.Ok;
        var context = Settings.Contexts[Profile.ContextId];
        return Show("+CGCONTRDP", Text($"{id},{DefaultBearer},\"{AccessPoint(context)}\",\"{Context.Radio.Address}.255.255.255.255\""));
    }

    AtResult ListActiveContexts() => Show("+CGCONTRDP", $"({string.Join(',', Settings.Contexts.Keys.Where(IsActive))})");

    static AtCommand<ContextsPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<ContextsPart>.General(name, summary, section, ranges);
}
