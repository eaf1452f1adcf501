using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Front;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Module;

/// <summary>From a command line to its rows and its final result, with the answers that overrides and faults put in their place.</summary>
/// <param name="context">Of the module.</param>
/// <param name="front">Knows the rows of this module.</param>
/// <param name="parts">Handle the rows.</param>
sealed class CommandRunner(ModuleContext context, AtFront front, IReadOnlyList<ModulePart> parts)
{
    readonly List<(string Command, IReadOnlyList<string> Lines, int Times)> _overrides = [];

    /// <summary>When the last command was answered.</summary>
    TimeSpan _answered = TimeSpan.MinValue / 2;

    /// <summary>Answers a command with these lines instead of running it, so many times.</summary>
    public void Override(string command, IReadOnlyList<string> lines, int times) => _overrides.Add((command, lines, times));

    public void ClearOverrides() => _overrides.Clear();

    /// <summary>Runs the commands of a line. Information lines are printed, the final line is not.</summary>
    public AtResult Run(CommandLine line)
    {
        if (line.Problem != AtLineProblem.None)
        {
            context.Trace("at", "line.refused", line.Problem.ToString(), ("reason", line.Problem.ToString()));
            return AtResult.Error;
        }
        var shown = CommandLine.Redact(line.Trimmed);
        context.Trace("at", "command", shown, ("line", shown));
        return ReplacedResult(line) ?? RunCommands(line.Trimmed);
    }

    /// <summary>The final line of a result; null for none.</summary>
    public string? FinalLine(AtResult result, CommandLine line) => result.Kind switch
    {
        AtResultKind.Ok => "OK",
        AtResultKind.CisError => string.Create(CultureInfo.InvariantCulture, $"+CIS ERROR:{(int)result.Cis}"),
        AtResultKind.Error => GeneralError(result, line.Trimmed),
        AtResultKind.Unknown => "ERROR",
        _ => null,
    };

    /// <summary>The answer to a command is out.</summary>
    public void NoteAnswered() => _answered = context.Now;

    AtResult RunCommands(string line)
    {
        if (!line.StartsWith("AT", StringComparison.OrdinalIgnoreCase))
            return AtResult.Error.Because(new Refusal(RefusalKind.NoCommand, line) { Expected = "AT" });
        var result = AtResult.Ok;
        foreach (var command in AtLine.SplitCommands(line[2..]))
        {
            result = RunCommand(AtLine.Parse(command));
            if (!result.IsOk)
                break;
        }
        return result;
    }

    AtResult RunCommand(AtLine line)
    {
        if (front.Finder.Find(line.Name) is not { } row)
            return AtResult.Unknown.Because(new Refusal(RefusalKind.UnknownCommand, line.Name));
        if ((row.Forms & line.Form) == 0)
            return SyntaxError(row, row.Refuse(RefusalKind.WrongForm) with { Came = line.Form.ToString(), Expected = row.Forms.ToString() });

        IReadOnlyList<AtArgument> arguments = [];
        if (line.Form == AtForms.Set)
        {
            if (!AtArguments.TrySplit(line.Arguments, out arguments))
                return SyntaxError(row, row.Refuse(RefusalKind.Quoting) with { Came = line.Arguments });
            row = front.Finder.ResolveVariant(row, arguments);
            if (row.Check(arguments) is { } refusal)
                return SyntaxError(row, refusal);
        }
        var (part, room) = Find(row.Part);
        if (line.Form == AtForms.Set && part.RefuseState(row) is { } wrongState)
            return wrongState.Why is null ? wrongState.Because(row.Refuse(RefusalKind.WrongState)) : wrongState;
        return row.Run(room, line.Form, new AtArguments(arguments)) ?? ShowTest(row);
    }

    /// <summary>The part that handles the rows of a type, and the object within it.</summary>
    (ModulePart Part, object Room) Find(Type type)
    {
        foreach (var part in parts)
        {
            if (part.RoomOf(type) is { } room)
                return (part, room);
        }
        throw new InvalidOperationException($"the profile {context.Profile.Name} names commands of {type.Name}, which this module does not have");
    }

    AtResult ShowTest(AtCommand row)
    {
        if (row.Ranges is { } ranges)
            context.Output.Info($"{row.Name}:{context.Profile.ColonSpaceOf(row.Name)}{ranges}");
        else if (row.Parameters.Count > 0)
            context.Output.Info(row.IsMipl ? $"{row.Name}:{row.Syntax}" : $"{row.Name}:{context.Profile.ColonSpaceOf(row.Name)}{row.Syntax}");
        return AtResult.Ok;
    }

    static AtResult SyntaxError(AtCommand row, Refusal why) => (row.IsMipl ? CisError.Syntax : AtResult.Error).Because(why);

    /// <summary>3GPP TS 27.007 §9.1: plain ERROR unless AT+CMEE asked for the number.</summary>
    string GeneralError(AtResult result, string line)
    {
        var isExtended = line.StartsWith("AT+", StringComparison.OrdinalIgnoreCase) || line.StartsWith("AT*", StringComparison.OrdinalIgnoreCase);
        return front.ErrorMode == 0 || !isExtended
            ? "ERROR"
            : string.Create(CultureInfo.InvariantCulture, $"+CME ERROR: {(int)(result.Cme == CmeError.None ? CmeError.IncorrectParameters : result.Cme)}");
    }

    /// <summary>The result that an override or a fault has in place of the command's; null when the command runs.</summary>
    AtResult? ReplacedResult(CommandLine line)
    {
        var replaced = _overrides.FindIndex(o => string.Equals(o.Command, line.Trimmed, StringComparison.OrdinalIgnoreCase));
        if (replaced < 0)
            return context.Options.Faults is { IsEmpty: false } ? ResultByFault(line) : null;
        var (command, lines, times) = _overrides[replaced];
        if (times <= 1)
            _overrides.RemoveAt(replaced);
        else
            _overrides[replaced] = (command, lines, times - 1);
        var shown = CommandLine.Redact(line.Trimmed);
        context.Trace("at", "overridden", shown, ("line", shown));
        foreach (var text in lines)
            context.Output.Info(text);
        return AtResult.None;
    }

    /// <summary>Each fault is asked, so that none shifts another's numbers; the first one that acts decides.</summary>
    AtResult? ResultByFault(CommandLine line)
    {
        AtResult? result = null;
        bool TryTrigger(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) =>
            context.TryTrigger(type, FaultDirection.Up, line.Text, out fault, when, isMoot: result is not null);

        var name = AtLine.NameOf(line.Text);
        if (TryTrigger("too-soon-window", out var soon, s => line.Began - _answered < s.Duration("window")))
            result = soon.Text("answer") == "error" ? AtResult.Unknown : AtResult.None;
        if (TryTrigger("no-response", out _))
            result = AtResult.None;
        if (TryTrigger("error", out var error))
            result = ErrorOf(error);
        if (TryTrigger("uplink-busy", out _, _ => name is "+MIPLNOTIFY" or "+MIPLUPDATE" or "+MIPLCLOSE"))
            result = CisError.UplinkBusy;
        if (TryTrigger("buffer-full", out var full, f => name is "+MIPLNOTIFY" && f.Text("buffer") != "queue"))
            result = full.Text("buffer") == "value" ? CisError.Syntax : CisError.NotAllowed;
        return result;
    }

    static AtResult ErrorOf(ActiveFault error)
    {
        var code = (int)error.Number("code");
        return error.Text("form") switch
        {
            "cis" => (CisError)code,
            "cme" => (CmeError)code,
            _ => AtResult.Unknown,
        };
    }
}
