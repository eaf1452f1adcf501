using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Module;

/// <content>Faults of the module and the radio, and answers that replace its own.</content>
sealed partial class M531xModule
{
    readonly List<(string Command, IReadOnlyList<string> Lines, int Times)> _overrides = [];

    /// <summary>Answers a command with these lines instead of running it, so many times.</summary>
    public void Override(string command, IReadOnlyList<string> lines, int times) => _overrides.Add((command, lines, times));

    public void ClearOverrides() => _overrides.Clear();

    /// <summary>Begins or ends a fault. False when it is not the module's.</summary>
    public bool TryApply(TimeSpan now, ActiveFault fault, bool begins)
    {
        _now = now;
        var isOurs = fault.Spec.Type.Kind == FaultKind.Instant ? TryExecute(fault) : TryTurn(fault, begins);
        Drain();
        return isOurs;
    }

    bool TryExecute(ActiveFault fault)
    {
        switch (fault.Spec.Type.Name)
        {
            case "reboot":
                Reset(_now, Enum.Parse<ResetCause>(fault.Text("cause"), ignoreCase: true));
                return true;
            case "detach":
                _radio.Detach(_now);
                return true;
            case "psm-enter":
                _radio.EnterPowerSaving(_now);
                return true;
            case "nat-rebind":
                Rebind(fault.Text("change") == "address" ? DrawAddress(fault.Random) : _radio.Address);
                return true;
            default:
                return false;
        }
    }

    bool TryTurn(ActiveFault fault, bool begins)
    {
        switch (fault.Spec.Type.Name)
        {
            case "break":
                if (begins)
                    _uart.Raw("\0");
                return true;
            case "hang":
                _hangs = begins;
                Trace("module", "hang", "", ("begins", begins));
                return true;
            case "no-coverage":
                _radio.SetCoverage(_now, !begins);
                return true;
            case "csq":
                _radio.Rssi = Exchange(fault, begins, (int)fault.Number("value"), _radio.Rssi);
                return true;
            case "edrx":
                TurnEdrx(fault, begins);
                return true;
            case "ip-age":
                Age(fault.Duration("idle"), begins);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The value while a fault lasts, and after it the one before.</summary>
    static int Exchange(ActiveFault fault, bool begins, int value, int present)
    {
        if (!begins)
            return (int)fault.LastValue;
        fault.LastValue = present;
        return value;
    }

    void TurnEdrx(ActiveFault fault, bool begins)
    {
        if (begins)
            _edrxBefore = _radio.Edrx;
        _radio.SetEdrx(_now, begins ? EdrxSettings.OfCycle(fault.Duration("cycle")) : _edrxBefore);
    }

    void Age(TimeSpan idle, bool begins)
    {
        if (idle > TimeSpan.Zero)
            _radio.SetAgeing(_now, begins ? idle : _options.IpAgeing);
        else if (begins)
            _radio.AgeMapping();
    }

    /// <summary>A mapping of the network's address translation is replaced; the module itself sees nothing of it.</summary>
    void Rebind(IPAddress? address)
    {
        AgeSockets();
        _effects.Enqueue(new RebindSocket(address));
    }

    /// <summary>Of the range for address translation by carriers (RFC 6598).</summary>
    static IPAddress DrawAddress(SeededRandom random) =>
        new([100, (byte)(64 + random.Next(64)), (byte)random.Next(256), (byte)(1 + random.Next(254))]);

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

    EdrxSettings? _edrxBefore;
    bool _hangs;

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
            var shown = Redact(line.Trim(' '));
            Trace("at", "overridden", shown, ("line", shown));
            foreach (var text in lines)
                Info(text);
            return AtResult.None;
        }
        return _options.Faults is { IsEmpty: false } ? RefusalByFault(line) : null;
    }

    /// <summary>Each fault is asked, so that none shifts another's numbers; the first one that acts decides.</summary>
    AtResult? RefusalByFault(string line)
    {
        AtResult? result = null;
        bool Fires(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) =>
            this.Fires(type, FaultDirection.Up, line, out fault, when, isMoot: result is not null);

        var name = AtLine.NameOf(line);
        if (Fires("too-soon-window", out var soon, s => _lineBegan - _answered < s.Duration("window")))
            result = soon.Text("answer") == "error" ? AtResult.Unknown : AtResult.None;
        if (Fires("no-response", out _))
            result = AtResult.None;
        if (Fires("error", out var error))
            result = ErrorOf(error);
        if (Fires("uplink-busy", out _, _ => name is "+MIPLNOTIFY" or "+MIPLUPDATE" or "+MIPLCLOSE"))
            result = CisError.UplinkBusy;
        if (Fires("buffer-full", out var full, f => name is "+MIPLNOTIFY" && f.Text("buffer") != "queue"))
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

    bool Fires(string type, FaultDirection direction, string subject, out ActiveFault fault, Func<ActiveFault, bool>? when = null, bool isMoot = false)
    {
        fault = null!;
        return _options.Faults is { IsEmpty: false } faults && faults.Fires(_now, type, direction, subject, out fault, when, isMoot);
    }

    /// <summary>How much later than usual a command is answered.</summary>
    TimeSpan DelayByFault(string line)
    {
        if (!Fires("delay", FaultDirection.Up, line, out var fault))
            return TimeSpan.Zero;
        return fault.Text("kind") switch
        {
            "jitter" => fault.Duration("time") * (2 * fault.Random.NextDouble()),
            "max" => DelayOf(line, range => range.Slowest),
            _ => fault.Duration("time"),
        };
    }

    /// <summary>AT+MIPLADDOBJ of one object more than there is memory for.</summary>
    bool IsHeapFull(int id) => Fires("heap-leak", FaultDirection.Up, Line($"object {id}"), out _,
        leak => Client.Objects.Find(id) is null && Client.Objects.Objects.Count(o => !o.Served) >= (int)leak.Number("objects"));
}
