namespace M531x.Emulator.Cli;

/// <summary>Exit codes of every verb.</summary>
enum ExitCode
{
    Ok = 0,

    /// <summary>An assertion or a scenario failed.</summary>
    Failed = 1,

    /// <summary>Wrong usage, configuration or scenario file.</summary>
    Usage = 2,

    /// <summary>A bug of the emulator.</summary>
    Bug = 3,

    /// <summary>The environment: port busy, no permission, driver missing.</summary>
    Environment = 4,

    /// <summary>The wall-time limit was reached.</summary>
    Timeout = 124,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
