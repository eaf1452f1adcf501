using System.Globalization;
using M531x.Emulator.At;
using M531x.Emulator.Profiles;

namespace M531x.Emulator.Module;

/// <content>The general commands of manual §6.1.</content>
sealed partial class M531xModule
{
    internal AtResult SetEcho(bool on)
    {
        _uart.Echo = on;
        return AtResult.Ok;
    }

    internal AtResult Identify()
    {
        foreach (var line in _options.Profile.Identification)
            Info(line);
        return AtResult.Ok;
    }

    internal AtResult ReadSignal() => General("+CSQ", _radio.IsOn ? string.Create(CultureInfo.InvariantCulture, $"{_radio.Rssi},99") : "99,99");

    internal AtResult ReadRegistration() => General("+CEREG",
        _ceregMode == 2 && _radio.IsAttached
            ? $"2,{_radio.RegistrationState},{_radio.TrackingArea},{_radio.Cell},7"
            : string.Create(CultureInfo.InvariantCulture, $"{_ceregMode},{_radio.RegistrationState}"));

    internal AtResult SetRegistrationReport(AtArguments arguments)
    {
        _ceregMode = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult ReadAttach() => General("+CGATT", _radio.IsAttached ? "1" : "0");

    internal AtResult SetAttach(AtArguments arguments)
    {
        if (arguments.Int(0) == 1 ? _radio.Attach(_now) : _radio.Detach())
            ReportRegistration();
        return _radio.IsOn ? AtResult.Ok : AtResult.Error;
    }

    internal AtResult ReadFunctionality() => General("+CFUN", _radio.IsOn ? "1" : "0");

    internal AtResult SetFunctionality(AtArguments arguments)
    {
        if (arguments.Int(0) == 1 ? _radio.TurnOn(_now) : _radio.TurnOff())
            ReportRegistration();
        return AtResult.Ok;
    }

    internal AtResult ReadSerialNumber(AtArguments arguments) => arguments.Int(0) switch
    {
        1 => General("+CGSN", _options.Imei),
        _ => AtResult.Error,
    };

    internal AtResult ReadImsi()
    {
        Info(_options.Imsi);
        return AtResult.Ok;
    }

    internal AtResult ReadErrorMode() => General("+CMEE", _cmeeMode.ToString(CultureInfo.InvariantCulture));

    internal AtResult SetErrorMode(AtArguments arguments)
    {
        _cmeeMode = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult Reboot()
    {
        _uart.Raw(_options.Profile.Boot.Rebooting);
        Reset(_now, ResetCause.At);
        return AtResult.None;
    }

    internal AtResult General(string name, string value)
    {
        Info($"{name}:{_options.Profile.ColonSpace}{value}");
        return AtResult.Ok;
    }

    void ReportRegistration()
    {
        Trace("radio", "registration", _radio.RegistrationState.ToString(CultureInfo.InvariantCulture));
        AnnounceAddress();
        if (_ceregMode == 0)
            return;
        var detail = _ceregMode == 2 && _radio.IsAttached ? $",{_radio.TrackingArea},{_radio.Cell},7" : "";
        Urc($"+CEREG:{_options.Profile.ColonSpace}{_radio.RegistrationState}{detail}");
    }
}
