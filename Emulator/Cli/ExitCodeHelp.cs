using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace M531x.Emulator.Cli;

/// <summary>The help of every command ends with the exit codes.</summary>
sealed class ExitCodeHelp(HelpAction help) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new ExitCodeHelp((HelpAction)option.Action!);
    }

    /// <summary>Who asks for help need not have the rest right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach (var (code, summary) in ExitCodes.All)
            output.WriteLine($"  {(int)code,-3}  {summary}");
        output.WriteLine();
        return result;
    }
}
