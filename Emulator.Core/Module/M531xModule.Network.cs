using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Module;

/// <content>Registration, attachment, connection and operator (3GPP TS 27.007 chapters 7 and 10).</content>
sealed partial class M531xModule
{
    /// <summary>AcT of +CEREG as the modules print it: E-UTRAN.</summary>
    const int RegistrationAccess = 7;

    /// <summary>&lt;mode&gt; of AT+COPS; a restart returns to the first (assumed).</summary>
    const int AutomaticOperator = 0;
    const int ManualOperator = 1;
    const int NoOperator = 2;

    int _operatorMode;

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
        var attaches = arguments.Int(0) == 1;
        // After AT+COPS=2 the module stays away until it is given a network again (3GPP TS 27.007 §7.3).
        if (!_radio.IsOn || attaches && _operatorMode == NoOperator)
            return CmeError.OperationNotAllowed;
        if (attaches)
            _radio.Attach(_now);
        else
            _radio.Detach(_now);
        return AtResult.Ok;
    }

    internal AtResult ReadFunctionality() => General("+CFUN", _radio.IsOn ? "1" : "0");

    internal AtResult SetFunctionality(AtArguments arguments)
    {
        if (arguments.Int(0) == 1)
            _radio.TurnOn(_now, _settings.AutoConnect && _operatorMode != NoOperator);
        else if (_radio.IsOn)
        {
            _radio.TurnOff(_now);
            CutSessionOff();
        }
        return AtResult.Ok;
    }

    internal AtResult SetConnectionReport(AtArguments arguments)
    {
        _reports.Connection = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult ReadConnection() => General("+CSCON", Line($"{_reports.Connection},{(_radio.IsConnected ? 1 : 0)}"));

    internal AtResult ReadOperator()
    {
        var mode = Number(_operatorMode);
        if (!_radio.IsAttached)
            return General("+COPS", mode);
        var access = _options.Profile.OperatorAccess is { } act ? Line($",{act}") : "";
        return General("+COPS", LastBlank("+COPS", $"{mode},2,\"{_radio.Operator}\"{access}"));
    }

    internal AtResult ListOperators()
    {
        var found = _radio.HasSignal ? $"(2,,,\"{_radio.Operator}\")," : "";
        return General("+COPS", $"{found},(0-2),(2)");
    }

    /// <summary>0 automatic, 1 a named operator, 2 leaves the network until another mode is chosen. A foreign operator's network is not here.</summary>
    internal AtResult SelectOperator(AtArguments arguments)
    {
        var mode = arguments.Int(0);
        if (!_radio.IsOn)
            return CmeError.OperationNotAllowed;
        if (mode == ManualOperator && !arguments.Has(2))
            return AtResult.Error;
        if (mode == ManualOperator && arguments.Text(2) != _radio.Operator)
            return CmeError.NoNetworkService;
        _operatorMode = mode;
        if (mode == NoOperator)
            _radio.Detach(_now);
        else
            _radio.Attach(_now);
        return AtResult.Ok;
    }

    /// <summary>The list of networks that refused the module; this network never does.</summary>
    internal AtResult ForgetNetworks() => General("+CLPLMN", "0");

    string LastBlank(string name, string value) => _options.Profile.BlankBeforeLast.Contains(name) && value.LastIndexOf(',') is > 0 and var comma
        ? value.Insert(comma + 1, " ")
        : value;
}
