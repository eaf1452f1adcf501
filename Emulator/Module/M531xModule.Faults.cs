using M531x.Emulator.At;
using M531x.Emulator.Faults;
using M531x.Emulator.Profiles;

namespace M531x.Emulator.Module;

/// <content>Faults of the module and the radio, and answers that replace its own.</content>
sealed partial class M531xModule
{
    readonly List<(string Command, IReadOnlyList<string> Lines, int Times)> _overrides = [];

    /// <summary>Answers a command with these lines instead of running it, so many times.</summary>
    public void Override(string command, IReadOnlyList<string> lines, int times) => _overrides.Add((command, lines, times));

    public void ClearOverrides() => _overrides.Clear();

    /// <summary>Executes a fault that happens once. False when it is not the module's.</summary>
    public bool TryExecute(TimeSpan now, ActiveFault fault)
    {
        _now = now;
        switch (fault.Spec.Type.Name)
        {
            case "reboot":
                Reset(now, Enum.Parse<ResetCause>(fault.Text("cause"), ignoreCase: true));
                break;
            case "detach":
                _radio.Detach(now);
                break;
            case "no-coverage":
                _radio.SetCoverage(now, false);
                _coverageBack = now + fault.Duration("time");
                break;
            case "csq":
                _radio.Rssi = (int)Math.Clamp(fault.Number("value"), 0, 31);
                break;
            case "ip-age":
                _radio.AgeMapping();
                break;
            default:
                return false;
        }
        Drain();
        return true;
    }

    /// <summary>Takes the cell away or brings it back.</summary>
    public void SetCoverage(TimeSpan now, bool covered)
    {
        _now = now;
        _radio.SetCoverage(now, covered);
        Drain();
    }

    /// <summary>The network detaches the module, or lets it attach again.</summary>
    public void SetAttached(TimeSpan now, bool attached)
    {
        _now = now;
        if (attached)
            _radio.Attach(now);
        else
            _radio.Detach(now);
        Drain();
    }

    TimeSpan _coverageBack = TimeSpan.MaxValue;

    void RestoreCoverage()
    {
        if (_coverageBack > _now)
            return;
        _coverageBack = TimeSpan.MaxValue;
        _radio.SetCoverage(_now, true);
    }

    /// <summary>The result that an override or a fault has in place of the command's; null when it runs.</summary>
    AtResult? FaultyResult(string line)
    {
        var replaced = _overrides.FindIndex(o => string.Equals(o.Command, line.Trim(' '), StringComparison.OrdinalIgnoreCase));
        if (replaced >= 0)
        {
            var (command, lines, times) = _overrides[replaced];
            if (times <= 1)
                _overrides.RemoveAt(replaced);
            else
                _overrides[replaced] = (command, lines, times - 1);
            foreach (var text in lines)
                Info(text);
            return AtResult.None;
        }
        if (_options.Faults is not { } faults)
            return null;
        if (faults.Fires(_now, "no-response", FaultDirection.Up, line, out _))
            return AtResult.None;
        if (faults.Fires(_now, "error", FaultDirection.Up, line, out var error))
            return error.Number("code") is var code and > 0 ? new AtResult(AtResultKind.CisError, (CisError)(int)code) : AtResult.Unknown;
        return null;
    }

    bool IsLost(string text) => _options.Faults?.Fires(_now, "lost-urc", FaultDirection.Down, text, out _) == true;

    bool IsDoubled(string text) => _options.Faults?.Fires(_now, "duplicate-urc", FaultDirection.Down, text, out _) == true;
}
