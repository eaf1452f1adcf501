namespace M531x.Emulator.Core.At;

/// <summary>What kind of mistake a refusal reports.</summary>
enum RefusalKind
{
    /// <summary>The module has no such command.</summary>
    UnknownCommand,

    /// <summary>The line does not begin with AT.</summary>
    NoCommand,

    /// <summary>The command has no such form: execute, set, read or test.</summary>
    WrongForm,

    /// <summary>A quotation mark is not closed, or text stands beside a quoted value.</summary>
    Quoting,

    /// <summary>Too few or too many arguments.</summary>
    ArgumentCount,

    /// <summary>A required argument is empty.</summary>
    MissingArgument,

    /// <summary>An argument is not of its type.</summary>
    WrongType,

    /// <summary>An argument is of its type but outside its range.</summary>
    OutOfRange,

    /// <summary>The module is not in a state in which the command is allowed.</summary>
    WrongState,
}

/// <summary>Why a command is refused, in parts that every rendering can use.</summary>
/// <param name="Kind">The kind of mistake.</param>
/// <param name="Command">Name of the command without AT, such as +MIPLOPEN.</param>
sealed record Refusal(RefusalKind Kind, string Command)
{
    /// <summary>Name of the argument, as the manual writes it; null when the refusal is about the whole command.</summary>
    public string? Argument { get; init; }

    /// <summary>Position of the argument, counted from 1; 0 when the refusal is about the whole command.</summary>
    public int Position { get; init; }

    /// <summary>What the command expects, such as "0 to 255".</summary>
    public string? Expected { get; init; }

    /// <summary>What came instead.</summary>
    public string? Came { get; init; }

    /// <summary>Section of the manual or the standard.</summary>
    public string? Section { get; init; }
}
