using M531x.Emulator.At;

namespace M531x.Emulator.Module;

/// <content>Registration, attachment, connection, contexts and operator (3GPP TS 27.007 chapters 7 and 10).</content>
sealed partial class M531xModule
{
    /// <summary>Bearer identity of the first bearer (3GPP TS 24.007 §11.2.3.1.5).</summary>
    const int DefaultBearer = 5;

    /// <summary>AcT of +CEREG as the modules print it: E-UTRAN.</summary>
    const int RegistrationAccess = 7;

    internal AtResult SetRegistrationReport(AtArguments arguments)
    {
        _reports.Registration = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult ReadRegistration() => General("+CEREG", Line($"{_reports.Registration},{_radio.RegistrationState}{RegistrationDetail()}"));

    /// <summary>From mode 2 on the cell follows the state, from mode 4 on the timers of power saving mode as well.</summary>
    string RegistrationDetail()
    {
        if (_reports.Registration < 2 || !_radio.IsAttached)
            return "";
        var cell = Line($",{NetworkText(_radio.TrackingArea)},{NetworkText(_radio.Cell)},{RegistrationAccess}");
        return _reports.Registration >= 4 && _radio.Psm is { ActiveTime: not null } psm
            ? $"{cell},,,\"{psm.ActiveTimeBits}\",\"{psm.PeriodicBits}\""
            : cell;
    }

    string NetworkText(string text) => _options.Profile.QuotesNetworkText ? $"\"{text}\"" : text;

    internal AtResult ReadAttach() => General("+CGATT", _radio.IsAttached ? "1" : "0");

    internal AtResult SetAttach(AtArguments arguments)
    {
        if (!_radio.IsOn)
            return CmeError.OperationNotAllowed;
        if (arguments.Int(0) == 1)
            _radio.Attach(_now);
        else
            _radio.Detach(_now);
        return AtResult.Ok;
    }

    internal AtResult ReadFunctionality() => General("+CFUN", _radio.IsOn ? "1" : "0");

    internal AtResult SetFunctionality(AtArguments arguments)
    {
        if (arguments.Int(0) == 1)
            _radio.TurnOn(_now, _settings.AutoConnect);
        else
            _radio.TurnOff(_now);
        return AtResult.Ok;
    }

    internal AtResult SetConnectionReport(AtArguments arguments)
    {
        _reports.Connection = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult ReadConnection() => General("+CSCON", Line($"{_reports.Connection},{(_radio.IsConnected ? 1 : 0)}"));

    internal AtResult ShowAddress() => ShowAddress(_options.Profile.ContextId);

    internal AtResult ShowAddress(AtArguments arguments) => ShowAddress(arguments.Int(0));

    AtResult ShowAddress(int context) => General("+CGPADDR",
        _radio.Address is { } address ? Line($"{context},{NetworkText(address.ToString())}") : Line($"{context}"));

    internal AtResult SetContextActivation(AtArguments arguments)
    {
        // The last connection of an attached module cannot be released alone (3GPP TS 27.007 §10.1.10).
        if (arguments.Int(0) == 0)
            return CmeError.OperationNotAllowed;
        return _radio.IsAttached ? AtResult.Ok : CmeError.NoNetworkService;
    }

    /// <summary>Context 1 on every module, as programs expect it.</summary>
    internal AtResult ReadContextActivation() => General("+CGACT", LastBlank("+CGACT", $"1,{(_radio.IsAttached ? 1 : 0)}"));

    /// <summary>A context without further values is removed; the module's own one returns to its default.</summary>
    internal AtResult DefineContext(AtArguments arguments)
    {
        var id = arguments.Int(0);
        if (arguments.Count > 1)
            _settings.Contexts[id] = new PacketContext(arguments.TextOrNull(1)?.ToUpperInvariant() ?? "IP", arguments.Count > 2 ? arguments.Text(2) : "");
        else if (id == _options.Profile.ContextId)
            _settings.Contexts[id] = new PacketContext("IP", _options.Profile.Apn);
        else
            _settings.Contexts.Remove(id);
        return AtResult.Ok;
    }

    /// <summary>AT*MCGDEFCONT="IP","apn": the context that the module opens by itself.</summary>
    internal AtResult DefineDefaultContext(AtArguments arguments)
    {
        _settings.Contexts[_options.Profile.ContextId] = new PacketContext(arguments.Text(0).ToUpperInvariant(), arguments.Count > 1 ? arguments.Text(1) : "");
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

    internal AtResult ShowContextParameters(AtArguments arguments) => ShowContextParameters(arguments.Int(0));

    AtResult ShowContextParameters(int id)
    {
        if (_radio.Address is not { } address || !_radio.IsAttached)
            return AtResult.Ok;
        var context = _settings.Contexts.GetValueOrDefault(id) ?? _settings.Contexts[_options.Profile.ContextId];
        return General("+CGCONTRDP", Line($"{id},{DefaultBearer},\"{AccessPoint(context)}\",\"{address}.255.255.255.255\""));
    }

    internal AtResult ReadOperator() => General("+COPS", !_radio.IsAttached
        ? "0"
        : LastBlank("+COPS", Line($"0,2,\"{_radio.Operator}\"{(_options.Profile.OperatorAccess is { } access ? $",{access}" : "")}")));

    internal AtResult ListOperators()
    {
        var found = _radio.HasSignal ? $"(2,,,\"{_radio.Operator}\")," : "";
        return General("+COPS", $"{found},(0-2),(2)");
    }

    /// <summary>0 automatic, 1 a named operator, 2 leaves the network. A foreign operator's network is not here.</summary>
    internal AtResult SelectOperator(AtArguments arguments)
    {
        var mode = arguments.Int(0);
        if (!_radio.IsOn)
            return CmeError.OperationNotAllowed;
        if (mode == 2)
        {
            _radio.Detach(_now);
            return AtResult.Ok;
        }
        if (mode == 1 && !arguments.Has(2))
            return AtResult.Error;
        if (mode == 1 && arguments.Text(2) != _radio.Operator)
            return CmeError.NoNetworkService;
        _radio.Attach(_now);
        return AtResult.Ok;
    }

    string LastBlank(string name, string value) => _options.Profile.BlankBeforeLast.Contains(name) && value.LastIndexOf(',') is > 0 and var comma
        ? value.Insert(comma + 1, " ")
        : value;
}
