namespace M531x.Emulator.Lines;

/// <summary>Why a line cannot be opened.</summary>
enum LineProblem
{
    /// <summary>The spec is wrong: unknown scheme, bad host, port or path.</summary>
    BadSpec,

    /// <summary>Somebody else has the port or the link.</summary>
    Busy,

    /// <summary>The operating system refuses.</summary>
    NotPermitted,

    /// <summary>The path exists and is not a link to a pseudo-terminal; it is not replaced.</summary>
    NotALink,

    /// <summary>The device is not plugged in.</summary>
    NotThere,

    /// <summary>This kind of line does not exist in this version or on this system.</summary>
    Unsupported,
}

/// <summary>A line that cannot be opened. The message is one line for the user and begins with the option and the spec it is about.</summary>
sealed class LineException(LineProblem problem, string option, string spec, string reason, Exception? inner = null)
    : Exception($"{option} {spec}: {reason}", inner)
{
    public LineProblem Problem => problem;
    public string Spec => spec;

    /// <summary>The message without option and spec.</summary>
    public string Reason => reason;
}
