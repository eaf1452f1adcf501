namespace M531x.Emulator.Lines;

/// <summary>Why an endpoint cannot be opened.</summary>
enum EndpointProblem
{
    /// <summary>The spec is wrong: unknown scheme, bad host, port or path.</summary>
    BadSpec,

    /// <summary>Another program has the port or the link.</summary>
    Busy,

    /// <summary>The operating system refuses.</summary>
    NotPermitted,

    /// <summary>The path exists and is not a link to a pseudo-terminal; it is not replaced.</summary>
    NotALink,

    /// <summary>The device is absent.</summary>
    NotThere,

    /// <summary>This version or this system lacks this kind of endpoint.</summary>
    Unsupported,
}

/// <summary>An endpoint cannot be opened. The message is one line of text that begins with the option and its value.</summary>
sealed class EndpointException(EndpointProblem problem, string option, string spec, string reason, Exception? inner = null)
    : Exception($"{option} {spec}: {reason}", inner)
{
    public EndpointProblem Problem => problem;
    public string Spec => spec;

    /// <summary>The message without option and spec.</summary>
    public string Reason => reason;
}
