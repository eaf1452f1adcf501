namespace M531x.Emulator.Cli;

/// <summary>Where a setting can be given; what comes later wins.</summary>
enum SettingLayer
{
    Default,
    File,
    Environment,
    Flag,
}

/// <summary>Where a value was given.</summary>
/// <param name="Layer">Decides which of several values holds.</param>
/// <param name="Place">For people: "default", "m531x.yaml:3:7", "M531X_IMEI", "flag".</param>
sealed record SettingOrigin(SettingLayer Layer, string Place)
{
    public static SettingOrigin Default { get; } = new(SettingLayer.Default, "default");

    public static SettingOrigin Flag { get; } = new(SettingLayer.Flag, "flag");
}

/// <summary>One text as it was given, and where.</summary>
sealed record GivenText(string Text, SettingOrigin Origin);

/// <summary>The value of one setting in one place: one text, any number of them for a repeatable setting.</summary>
sealed record GivenValue(IReadOnlyList<GivenText> Texts, SettingOrigin Origin)
{
    public GivenValue(IEnumerable<string> texts, SettingOrigin origin) : this([.. texts.Select(text => new GivenText(text, origin))], origin) { }
}
