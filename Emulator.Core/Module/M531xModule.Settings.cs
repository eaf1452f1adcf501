using System.Globalization;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Module;

/// <content>The clock, NCONFIG, and settings that are kept and shown but change nothing on the air.</content>
sealed partial class M531xModule
{
    const string ClockFormat = "yy/MM/dd,HH:mm:ss";
    static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15);

    string _savedSettings;

    /// <summary>Wall-clock time as the module knows it.</summary>
    DateTimeOffset Clock => _options.Epoch + _now + _settings.ClockOffset;

    /// <summary>Local time and its distance from UTC in quarter hours (3GPP TS 27.007 §8.15), unquoted as the modules print it.</summary>
    internal AtResult ReadClock()
    {
        var local = Clock.UtcDateTime + QuarterHour * _settings.TimeZone;
        return General("+CCLK", string.Create(CultureInfo.InvariantCulture, $"{local.ToString(ClockFormat, CultureInfo.InvariantCulture)}{_settings.TimeZone:+00;-00}"));
    }

    /// <summary>AT+CCLK="yy/MM/dd,hh:mm:ss[±zz]"; without quotes the comma makes two arguments.</summary>
    internal AtResult SetClock(AtArguments arguments)
    {
        var text = arguments.Count == 2 ? $"{arguments.Text(0)},{arguments.Text(1)}" : arguments.Text(0);
        var zone = _settings.TimeZone;
        if (text.Length > ClockFormat.Length
            && (!int.TryParse(text.AsSpan(ClockFormat.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out zone) || zone is < -96 or > 96))
            return AtResult.Error;
        if (text.Length < ClockFormat.Length
            || !DateTime.TryParseExact(text[..ClockFormat.Length], ClockFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var local))
            return AtResult.Error;
        _settings.ClockOffset += local - QuarterHour * zone - Clock.UtcDateTime;
        _settings.TimeZone = zone;
        return AtResult.Ok;
    }

    internal AtResult SetFunction(AtArguments arguments)
    {
        var name = arguments.Text(0).ToUpperInvariant();
        var value = arguments.Text(1).ToUpperInvariant();
        if (!_settings.Functions.ContainsKey(name) || value is not ("TRUE" or "FALSE"))
            return AtResult.Error;
        _settings.Functions[name] = value;
        return AtResult.Ok;
    }

    internal AtResult ReadFunctions()
    {
        foreach (var (name, value) in _settings.Functions)
            General("+NCONFIG", $"{name},{value}");
        return AtResult.Ok;
    }

    internal AtResult ListFunctions() => General("+NCONFIG", string.Join(',', _settings.Functions.Keys.Select(n => $"({n},(FALSE,TRUE))")));

    /// <summary>Keeps the arguments as they were written.</summary>
    internal AtResult Keep(string name, AtArguments arguments)
    {
        _settings.Kept[name] = string.Join(',', Enumerable.Range(0, arguments.Count).Select(i => arguments.IsQuoted(i) ? $"\"{arguments.Text(i)}\"" : arguments.Text(i)));
        return AtResult.Ok;
    }

    /// <summary>Prints what was kept, or the initial value; nothing when there is neither.</summary>
    internal AtResult ShowKept(string name, string? initial) =>
        (_settings.Kept.GetValueOrDefault(name) ?? initial) is { } value ? General(name, value) : AtResult.Ok;

    void ReportChangedSettings()
    {
        var json = _settings.ToJson();
        if (json == _savedSettings)
            return;
        _savedSettings = json;
        _effects.Enqueue(new SettingsChanged(json));
    }

    internal AtResult SetSleepLock(AtArguments arguments)
    {
        var state = arguments.Text(0).ToUpperInvariant();
        if (state is not ("LOCK" or "LOCK_FOREVER" or ModuleSettings.Unlocked))
            return AtResult.Error;
        _settings.Kept[ModuleSettings.SleepLock] = state;
        return AtResult.Ok;
    }
}
