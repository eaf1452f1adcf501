namespace M531x.Emulator.Lines;

/// <summary>The URL-like value of an option, such as <c>tcp-listen:127.0.0.1:5320</c>, split at the first colon.</summary>
/// <param name="Option">The option that it was given with, for errors.</param>
readonly record struct EndpointSpec(string Text, string Scheme, string Rest, string Option)
{
    public const string DefaultOption = "--line";

    public static EndpointSpec Parse(string text, string option = DefaultOption)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new EndpointSpec(text, "", text, option) : new EndpointSpec(text, text[..colon], text[(colon + 1)..], option);
    }

    /// <summary>An exception whose message begins with the option and the spec.</summary>
    public EndpointException Error(EndpointProblem problem, string reason, Exception? inner = null) => new(problem, Option, Text, reason, inner);

    public EndpointException Bad(string reason) => Error(EndpointProblem.BadSpec, reason);
}
