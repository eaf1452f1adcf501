using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Module;

/// <content>From a command line to its row and its final result.</content>
sealed partial class M531xModule
{
    void HandleLine(string line, AtLineProblem problem)
    {
        var isBrownout = Fires("brownout-mid-command", FaultDirection.Up, line, out _);
        if (isBrownout)
            Drain();
        var waiting = _uart.Waiting;
        _uart.BeginCommand();
        if (problem == AtLineProblem.None)
            TraceCommand(line);
        var result = problem != AtLineProblem.None ? AtResult.Error : FaultyResult(line) ?? RunLine(line.Trim(' '));
        if (problem != AtLineProblem.None)
            Trace("at", "line.refused", problem.ToString(), ("reason", problem.ToString()));
        _uart.EndCommand(FinalLine(result, line));
        if (isBrownout)
        {
            _uart.Truncate(waiting + (_uart.Waiting - waiting) / 2);
            Reset(_now, ResetCause.Power);
            return;
        }
        _answered = _now;
        TakePlacedBehind();
        if (_prompt is not null)
            _uart.BeginCommand(); // it ends with its data
        // A command that reports a later result has it after its own OK, even when the result is known at once.
        DrainClient();
        ReportChangedSettings();
    }

    void TraceCommand(string line)
    {
        var shown = Redact(line.Trim(' '));
        Trace("at", "command", shown, ("line", shown));
    }

    AtResult RunLine(string line)
    {
        if (!line.StartsWith("AT", StringComparison.OrdinalIgnoreCase))
            return AtResult.Error;
        var result = AtResult.Ok;
        foreach (var command in AtLine.SplitCommands(line[2..]))
        {
            result = RunCommand(AtLine.Parse(command));
            if (result != AtResult.Ok)
                break;
        }
        return result;
    }

    AtResult RunCommand(AtLine line)
    {
        if (FindRow(line.Name) is not { } row)
            return AtResult.Unknown;
        if ((row.Forms & line.Form) == 0)
            return SyntaxError(row);
        if (line.Form == AtForms.Test)
            return RunTest(row);

        IReadOnlyList<AtArgument> arguments = [];
        if (line.Form == AtForms.Set && (!AtArguments.TrySplit(line.Arguments, out arguments) || !Meant(ref row, arguments).Accepts(arguments)))
            return SyntaxError(row);
        if (line.Form == AtForms.Set && row.Requires >= AtRequirement.Instance && _instance is null)
            return CisError.Resource;
        if (line.Form == AtForms.Set && row.Requires == AtRequirement.Registered && !_instance!.Client.IsRegistered)
            return CisError.Status;
        return line.Form switch
        {
            AtForms.Set => row.Set!(this, new AtArguments(arguments)),
            AtForms.Read => row.Read!(this),
            _ => row.Execute!(this),
        };
    }

    AtResult RunTest(AtCommand row)
    {
        if (row.Test is not null)
            return row.Test(this);
        if (row.Parameters.Count > 0)
            Info(row.IsMipl ? $"{row.Name}:{row.Syntax}" : Named(row.Name, row.Syntax));
        return AtResult.Ok;
    }

    static AtResult SyntaxError(AtCommand row) => row.IsMipl ? CisError.Syntax : AtResult.Error;

    string? FinalLine(AtResult result, string line) => result.Kind switch
    {
        AtResultKind.Ok => "OK",
        AtResultKind.CisError => string.Create(CultureInfo.InvariantCulture, $"+CIS ERROR:{(int)result.Cis}"),
        AtResultKind.Error => GeneralError(result, line),
        AtResultKind.Unknown => "ERROR",
        _ => null,
    };

    /// <summary>3GPP TS 27.007 §9.1: plain ERROR unless AT+CMEE asked for the number.</summary>
    string GeneralError(AtResult result, string line) => _cmeeMode == 0 || !IsExtended(line.TrimStart(' '))
        ? "ERROR"
        : string.Create(CultureInfo.InvariantCulture, $"+CME ERROR: {(int)(result.Cme == CmeError.None ? CmeError.IncorrectParameters : result.Cme)}");

    static bool IsExtended(string line) =>
        line.StartsWith("AT+", StringComparison.OrdinalIgnoreCase) || line.StartsWith("AT*", StringComparison.OrdinalIgnoreCase);

    void Info(string text) => _uart.Info(text);

    /// <summary>A line with keys; the trace shows the other text.</summary>
    void Info(string text, string shown) => _uart.Info(text, shown);

    /// <summary>Keys travel in CREATE and CREATEEX only; the trace shows those without their arguments, wherever they stand in the line.</summary>
    public static string Redact(string line)
    {
        var create = line.IndexOf("MIPLCREATE", StringComparison.OrdinalIgnoreCase);
        var equals = create < 0 ? -1 : line.IndexOf('=', create);
        return equals < 0 ? line : $"{line[..equals]}=…";
    }
}
