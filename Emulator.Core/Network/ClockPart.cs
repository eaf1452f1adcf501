using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<ClockPart>(Order = 24)]

namespace M531x.Emulator.Core.Network;

/// <summary>The module's clock (3GPP TS 27.007 §8.15).</summary>
sealed class ClockPart(ModuleContext context) : ModulePart(context), ICommandFamily<ClockPart>
{
    const string ClockFormat = "yy/MM/dd,HH:mm:ss";
    static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15);

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Rows<ClockPart>.General("+CCLK", "Clock", "27.007 §8.15") with
        {
            Parameters = [AtParameter.Text("time", 20), AtParameter.Text("unquoted rest", 20).OrNothing with { Hidden = true }],
            Set = (p, a) => p.SetClock(a),
            Read = p => p.ReadClock(),
            Test = _ => AtResult.Ok, // so in the standard
        },
    ];

    /// <summary>Wall-clock time as the module knows it.</summary>
    DateTimeOffset Clock => Context.Options.Epoch + Now + Settings.ClockOffset;

    public static ClockPart Create(ModuleContext context) => new(context);

    /// <summary>Local time and its distance from UTC in quarter hours, unquoted as the modules print it.</summary>
    AtResult ReadClock()
    {
        var local = Clock.UtcDateTime + QuarterHour * Settings.TimeZone;
        return Show("+CCLK", Text($"{local.ToString(ClockFormat, CultureInfo.InvariantCulture)}{Settings.TimeZone:+00;-00}"));
    }

    /// <summary>AT+CCLK="yy/MM/dd,hh:mm:ss[±zz]"; without quotes the comma makes two arguments.</summary>
    AtResult SetClock(AtArguments arguments)
    {
        var text = arguments.Count == 2 ? $"{arguments.Text(0)},{arguments.Text(1)}" : arguments.Text(0);
        var zone = Settings.TimeZone;
        if (text.Length < ClockFormat.Length || !TryParseLocal(text[..ClockFormat.Length], out var local))
            return AtResult.Error;
        if (text.Length > ClockFormat.Length && !TryParseZone(text.AsSpan(ClockFormat.Length), out zone))
            return AtResult.Error;
        Settings.ClockOffset += local - QuarterHour * zone - Clock.UtcDateTime;
        Settings.TimeZone = zone;
        return AtResult.Ok;
    }

    static bool TryParseLocal(string text, out DateTime local) => DateTime.TryParseExact(
        text, ClockFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out local);

    static bool TryParseZone(ReadOnlySpan<char> text, out int zone) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out zone) && zone is >= -96 and <= 96;
}
