namespace M531x.Emulator.Cli;

/// <summary>Exit codes of every verb. <c>exec</c> returns its command's own besides, and those of a shell for one that cannot be started.</summary>
enum ExitCode
{
    Ok = 0,
    Failed = 1,
    Usage = 2,
    Bug = 3,
    Environment = 4,
    Timeout = 124,
    NotExecutable = 126,
    NotFound = 127,
    Interrupted = 130,
}

/// <summary>What the exit codes say; help and README show it.</summary>
static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Summary)> All { get; } =
    [
        (ExitCode.Ok, "done: all passed, or stopped as asked"),
        (ExitCode.Failed, "a scenario failed, or a recording differs"),
        (ExitCode.Usage, "wrong usage, configuration, scenario or recording"),
        (ExitCode.Bug, "a bug of the emulator; stderr says where its trace is"),
        (ExitCode.Environment, "the environment: port busy, no permission, no such device, file not writable"),
        (ExitCode.Timeout, "exec: the command took longer than --timeout"),
        (ExitCode.NotExecutable, "exec: the command may not be run"),
        (ExitCode.NotFound, "exec: there is no such command"),
        (ExitCode.Interrupted, "Ctrl-C; 0 from record, which it ends as it should"),
    ];
}
