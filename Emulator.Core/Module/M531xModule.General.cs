using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Module;

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
        Info(Named(name, value));
        return AtResult.Ok;
    }

    internal string Named(string name, string value) => $"{name}:{_options.Profile.ColonSpaceOf(name)}{value}";
}
