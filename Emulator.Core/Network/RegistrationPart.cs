using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;

[assembly: CommandFamily<RegistrationPart>(Order = 20)]

namespace M531x.Emulator.Core.Network;

/// <summary>Power of the radio, registration, attachment, connection and operator (3GPP TS 27.007 chapters 7 and 10).</summary>
sealed class RegistrationPart(ModuleContext context) : ModulePart(context), ICommandFamily<RegistrationPart>, IRadioUser
{
    /// <summary>AcT of +CEREG as the modules print it: E-UTRAN.</summary>
    const int RegistrationAccess = 7;

    /// <summary>&lt;mode&gt; of AT+COPS; a restart returns to the first (assumed).</summary>
    const int AutomaticOperator = 0;
    const int ManualOperator = 1;
    const int NoOperator = 2;

    /// <summary>AT+CEREG, 0 to 5.</summary>
    int _registrationReport;

    /// <summary>AT+CSCON.</summary>
    int _connectionReport;
    int _operatorMode;

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("+CFUN", "Radio on or off", "6.1", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("fun", 1)],
            Set = (p, a) => p.SetFunctionality(a),
            Delay = CommandDelay.Network,
            Read = p => p.ReadFunctionality(),
        },
        Row("+CEREG", "Network registration and its report", "6.1", "(0,1,2,3,4,5)") with
        {
            Parameters = [Parameters.OneOf("n", 5)],
            Set = (p, a) => p.SetRegistrationReport(a),
            Read = p => p.ReadRegistration(),
        },
        Row("+CGATT", "Attach to the network", "6.1", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("state", 1)],
            Set = (p, a) => p.SetAttach(a),
            Delay = CommandDelay.Network,
            Read = p => p.ReadAttach(),
        },
        Row("+CSCON", "RRC connection and its report", "27.007 §10.1.30", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("n", 1)],
            Set = (p, a) => p.SetConnectionReport(a),
            Read = p => p.ReadConnection(),
        },
        Row("+COPS", "Operator", "27.007 §7.3") with
        {
            Parameters =
            [
                Parameters.OneOf("mode", 2), Parameters.OneOf("format", 2).OrNothing, AtParameter.Text("oper", 6).OrNothing,
                Parameters.OneOf("AcT", 9).OrNothing,
            ],
            Set = (p, a) => p.SelectOperator(a),
            Delay = CommandDelay.Network,
            Read = p => p.ReadOperator(),
            Test = p => p.ListOperators(),
        },
        Row("+CLPLMN", "Forget the stored networks", "M5311") with { Execute = p => p.ForgetNetworks() },
    ];

    public RadioTurn Turn => RadioTurn.Report;

    public override TimeSpan NextDeadline => Context.Radio.NextDeadline;

    public static RegistrationPart Create(ModuleContext context) => new(context);

    /// <summary>The module attaches by itself after a start, if its settings say so.</summary>
    public override void PowerOn()
    {
        if (Settings.AutoConnect)
            Context.Radio.TurnOn(Now);
    }

    public override void Reset()
    {
        _registrationReport = _connectionReport = 0;
        _operatorMode = AutomaticOperator;
        Context.Radio.Restart(Now);
    }

    public override void HandleTimeout()
    {
        Context.Radio.HandleTimeout(Now);
        Context.Air.Drain();
    }

    public void HandleRadio(RadioEvent radioEvent)
    {
        switch (radioEvent)
        {
            case RadioStateChanged change:
                Trace("radio", "state", $"{change.From} -> {change.To}: {change.Why}",
                    ("from", change.From.ToString()), ("to", change.To.ToString()), ("why", change.Why));
                break;
            case RegistrationChanged registration when _registrationReport > 0:
                Urc(Named("+CEREG", Number(registration.Stat) + RegistrationDetail()));
                break;
            case RrcChanged rrc when _connectionReport == 1:
                Urc(Named("+CSCON", rrc.Connected ? "1" : "0"));
                break;
            case AddressChanged { Address: var address }:
                Trace("radio", "address", address?.ToString() ?? "none", ("address", address?.ToString()));
                break;
            case MappingAged aged:
                Trace("radio", "mapping.aged", $"{aged.Address}: {aged.Why}", ("address", aged.Address.ToString()), ("why", aged.Why));
                break;
        }
    }

    public override bool TryApply(ActiveFault fault, bool begins)
    {
        switch (fault.Spec.Type.Name)
        {
            case "detach":
                Context.Radio.Detach(Now);
                return true;
            case "no-coverage":
                Context.Radio.SetCoverage(Now, !begins);
                return true;
            case "csq":
                ApplySignal(fault, begins);
                return true;
            case "ip-age":
                ApplyAgeing(fault.Duration("idle"), begins);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The fault's value while it lasts, and after it the one before.</summary>
    void ApplySignal(ActiveFault fault, bool begins)
    {
        if (begins)
            (fault.LastValue, Context.Radio.Rssi) = (Context.Radio.Rssi, (int)fault.Number("value"));
        else
            Context.Radio.Rssi = (int)fault.LastValue;
    }

    void ApplyAgeing(TimeSpan idle, bool begins)
    {
        if (idle > TimeSpan.Zero)
            Context.Radio.SetAgeing(Now, begins ? idle : Context.Options.IpAgeing);
        else if (begins)
            Context.Radio.AgeMapping();
    }

    AtResult SetRegistrationReport(AtArguments arguments)
    {
        _registrationReport = arguments.Int(0);
        return AtResult.Ok;
    }

    AtResult ReadRegistration() =>
        Show("+CEREG", Text($"{_registrationReport},{Context.Radio.RegistrationState}{RegistrationDetail()}"));

    /// <summary>From mode 2 on the cell follows the state, from mode 4 on the timers of power saving mode as well.</summary>
    string RegistrationDetail()
    {
        if (_registrationReport < 2 || !Context.Radio.IsAttached)
            return "";
        var cell = Text($",{Profile.QuoteNetworkText(Context.Radio.TrackingArea)},{Profile.QuoteNetworkText(Context.Radio.Cell)},{RegistrationAccess}");
        return _registrationReport >= 4 && Context.Radio.Psm is { ActiveTime: not null } psm
            ? $"{cell},,,\"{psm.ActiveTimeBits}\",\"{psm.PeriodicBits}\""
            : cell;
    }

    AtResult ReadAttach() => Show("+CGATT", Context.Radio.IsAttached ? "1" : "0");

    AtResult SetAttach(AtArguments arguments)
    {
        var attaches = arguments.Int(0) == 1;
        // After AT+COPS=2 the module stays away until it is given a network again (3GPP TS 27.007 §7.3).
        if (!Context.Radio.IsOn || attaches && _operatorMode == NoOperator)
            return CmeError.OperationNotAllowed;
        if (attaches)
            Context.Radio.Attach(Now);
        else
            Context.Radio.Detach(Now);
        return AtResult.Ok;
    }

    AtResult ReadFunctionality() => Show("+CFUN", Context.Radio.IsOn ? "1" : "0");

    AtResult SetFunctionality(AtArguments arguments)
    {
        if (arguments.Int(0) == 1)
            Context.Radio.TurnOn(Now, Settings.AutoConnect && _operatorMode != NoOperator);
        else if (Context.Radio.IsOn)
            Context.Radio.TurnOff(Now);
        return AtResult.Ok;
    }

    AtResult SetConnectionReport(AtArguments arguments)
    {
        _connectionReport = arguments.Int(0);
        return AtResult.Ok;
    }

    AtResult ReadConnection() => Show("+CSCON", Text($"{_connectionReport},{(Context.Radio.IsConnected ? 1 : 0)}"));

    AtResult ReadOperator()
    {
        var mode = Number(_operatorMode);
        if (!Context.Radio.IsAttached)
            return Show("+COPS", mode);
        var access = Profile.OperatorAccess is { } act ? Text($",{act}") : "";
        return Show("+COPS", Profile.PlaceLastBlank("+COPS", $"{mode},2,\"{Context.Radio.Operator}\"{access}"));
    }

    AtResult ListOperators()
    {
        var found = Context.Radio.HasSignal ? $"(2,,,\"{Context.Radio.Operator}\")," : "";
        return Show("+COPS", $"{found},(0-2),(2)");
    }

    /// <summary>
    /// 0 automatic, 1 a named operator, 2 leaves the network until another mode is chosen. Only the home operator has a network here.
    /// </summary>
    AtResult SelectOperator(AtArguments arguments)
    {
        var mode = arguments.Int(0);
        if (!Context.Radio.IsOn)
            return CmeError.OperationNotAllowed;
        if (mode == ManualOperator && !arguments.Has(2))
            return AtResult.Error;
        if (mode == ManualOperator && arguments.Text(2) != Context.Radio.Operator)
            return CmeError.NoNetworkService;
        _operatorMode = mode;
        if (mode == NoOperator)
            Context.Radio.Detach(Now);
        else
            Context.Radio.Attach(Now);
        return AtResult.Ok;
    }

    /// <summary>The list of networks that refused the module; this network never does.</summary>
    AtResult ForgetNetworks() => Show("+CLPLMN", "0");

    static AtCommand<RegistrationPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<RegistrationPart>.General(name, summary, section, ranges);
}
