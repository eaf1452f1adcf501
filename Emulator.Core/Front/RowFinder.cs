using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Front;

/// <summary>Finds the row that a command of this module means, with the quirks that give a name another meaning.</summary>
sealed class RowFinder(ModuleContext context)
{
    /// <summary>The row that a name in upper case stands for; null when the module has no such command.</summary>
    public AtCommand? Find(string name)
    {
        if (context.Has(Quirk.LtrdpEverywhere) && name == "+MIPLLTRDP")
            return CommandTable.Find(name, ModuleProfile.M5310A);
        if (context.Has(Quirk.MisprintedResponses))
            name = name switch { "+MIPLEXECUTE" => "+MIPLEXECUTERSP", "+MIPLWRITEOBSERVERSP" => "+MIPLOBSERVERSP", _ => name };
        return CommandTable.Find(name, context.Profile);
    }

    /// <summary>The row that is meant with these arguments.</summary>
    public AtCommand ResolveVariant(AtCommand row, IReadOnlyList<AtArgument> arguments) =>
        context.Has(Quirk.AddObjDeletes) && row.Name == "+MIPLADDOBJ" && arguments.Count == 2 ? Find("+MIPLDELOBJ") ?? row : row;

    /// <summary>Time that the commands of a line take, one after another.</summary>
    /// <param name="line">The line without CR.</param>
    /// <param name="choose">Chooses a delay out of a range.</param>
    public TimeSpan DelayOf(string line, Func<DelayRange, TimeSpan> choose)
    {
        line = line.Trim(' ');
        IEnumerable<string> commands = line.StartsWith("AT", StringComparison.OrdinalIgnoreCase) ? AtLine.SplitCommands(line[2..]) : [line];
        return commands.Aggregate(TimeSpan.Zero, (sum, command) =>
        {
            var parsed = AtLine.Parse(command);
            return sum + choose(Find(parsed.Name)?.DelayOf(parsed.Form).Range ?? context.Profile.Delays.Answer);
        });
    }
}
