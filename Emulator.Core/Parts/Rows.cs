using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Parts;

/// <summary>Short forms for the rows of general commands.</summary>
/// <typeparam name="TPart">The part that handles them.</typeparam>
static class Rows<TPart> where TPart : class
{
    /// <summary>A general command; <paramref name="ranges"/> is what its test form shows behind the colon, null for the parameters' names.</summary>
    public static AtCommand<TPart> General(string name, string summary, string section, string? ranges = null) => new(name, summary)
    {
        Section = section,
        Ranges = ranges,
    };
}

/// <summary>Short forms for parameters.</summary>
static class Parameters
{
    /// <summary>A number from 0.</summary>
    public static AtParameter OneOf(string name, int max) => AtParameter.Number(name, 0, max);

    public static AtParameter Port => AtParameter.Number("port", 1, 65535);
}
