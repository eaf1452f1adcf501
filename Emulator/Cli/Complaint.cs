namespace M531x.Emulator.Cli;

/// <summary>What the user is told on standard error, marked with the program's name.</summary>
static class Complaint
{
    public static void Tell(string what) => Console.Error.WriteLine($"m531x: {what}");

    /// <summary>Tells it and answers the exit code, for a verb that ends with it.</summary>
    public static ExitCode Tell(ExitCode code, string what)
    {
        Tell(what);
        return code;
    }
}
