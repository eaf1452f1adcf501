using System.Net;
using M531x.Dtls;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Front;
using M531x.Emulator.Core.Mipl;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.Sockets;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Module;

/// <summary>
/// One emulated module without I/O: UART bytes, datagrams, resolved names and time go in; <see cref="ModuleEffect"/>s come out.
/// It is the composition of its parts: it owns them, calls them in order, and knows nothing of what they do.
/// After every call drain <see cref="TryTake"/>.
/// </summary>
sealed class M531xModule
{
    readonly ModuleContext _context;
    readonly IReadOnlyList<ModulePart> _parts;
    readonly AtFront _front;
    readonly AddressPart _address;
    readonly SettingsPart _settings;
    readonly SocketsPart _sockets;
    readonly CommandRunner _commands;

    /// <summary>When the boot lines are printed; <see cref="TimeSpan.MaxValue"/> once the module has booted.</summary>
    TimeSpan _bootsAt = TimeSpan.MaxValue;
    ResetCause _resetCause;

    /// <summary>A fault has stopped the module: it neither hears nor does anything.</summary>
    bool _hangs;

    /// <param name="options">Settings.</param>
    /// <param name="random">Seed of all that is not secret.</param>
    /// <param name="secureRandom">Randomness of DTLS.</param>
    public M531xModule(ModuleOptions options, SeededRandom random, RandomFill secureRandom)
    {
        _context = new ModuleContext(options, random, secureRandom);
        _parts = [.. CommandTable.Families.Select(f => f.Create(_context))];
        _front = Part<AtFront>();
        _address = Part<AddressPart>();
        _settings = Part<SettingsPart>();
        _sockets = Part<SocketsPart>();
        Mipl = Part<MiplPart>();
        _commands = new CommandRunner(_context, _front, _parts);
        _context.Air.Attach(_parts.OfType<IRadioUser>());
    }

    public ModuleOptions Options => _context.Options;
    public RadioModel Radio => _context.Radio;

    /// <summary>The OneNET client, for its state.</summary>
    public MiplPart Mipl { get; }

    public bool IsBooting => _bootsAt != TimeSpan.MaxValue;

    public TimeSpan NextDeadline
    {
        get
        {
            if (_hangs)
                return TimeSpan.MaxValue;
            var next = _bootsAt;
            foreach (var part in _parts)
            {
                if (part.NextDeadline is var deadline && deadline < next)
                    next = deadline;
            }
            return next;
        }
    }

    public bool TryTake(out ModuleEffect effect) => _context.TryTake(out effect);

    /// <summary>Starts the module, ready for commands at once; its boot lines come with <see cref="PrintBoot"/>.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="quiet">Prints nothing before <see cref="PrintBoot"/>, not even the address line.</param>
    public void PowerOn(TimeSpan now, bool quiet = false)
    {
        _context.Enter(now);
        _address.BeQuiet(quiet);
        foreach (var part in _parts)
            part.PowerOn();
        Drain();
    }

    /// <summary>Prints the boot lines, as an MCU reads them that opens the line of a module which has just been powered, with the address it has by then.</summary>
    public void PrintBoot(TimeSpan now, ResetCause cause)
    {
        _context.Enter(now);
        PrintBootLines(cause);
        Drain();
    }

    /// <summary>Drops a command line, or data for a socket, that has not been ended: the program that typed it has left the line.</summary>
    public void ForgetTypedLine() => _front.ForgetTyped();

    /// <summary>Answers a command with these lines instead of running it, so many times.</summary>
    public void Override(string command, IReadOnlyList<string> lines, int times) => _commands.Override(command, lines, times);

    public void ClearOverrides() => _commands.ClearOverrides();

    public void HandleSerial(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        _context.Enter(now);
        foreach (var value in bytes)
        {
            if (IsBooting || _hangs)
                break; // the UART is not served
            if (_front.TryReceive(value, out var line))
                Run(line);
        }
        Drain();
    }

    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        _context.Enter(now);
        if (_hangs)
        {
            Mipl.TraceLost(from, datagram.Length, "the module hangs");
            return;
        }
        Mipl.HandleDatagram(from, datagram);
        Drain();
    }

    /// <summary>What the network says to a socket or a ping.</summary>
    public void HandleSocket(TimeSpan now, SocketInput input)
    {
        _context.Enter(now);
        _sockets.HandleInput(input);
        Drain();
    }

    public void HandleResolved(TimeSpan now, string host, IPAddress? address)
    {
        _context.Enter(now);
        Mipl.HandleResolved(host, address);
        _sockets.HandleResolved(host, address);
        Drain();
    }

    public void HandleTimeout(TimeSpan now)
    {
        _context.Enter(now);
        if (_hangs)
            return;
        if (_bootsAt <= now)
            FinishBoot();
        _front.HandleTimeout();
        while (_front.TryTakeLine(out var line))
            Run(line);
        _context.Output.HandleTimeout();
        foreach (var part in _parts.Where(p => p != _front))
            part.HandleTimeout();
        Drain();
    }

    /// <summary>Restarts the module: all state that is not persistent is gone, then the boot lines follow.</summary>
    public void Reset(TimeSpan now, ResetCause cause)
    {
        _context.Enter(now);
        Restart(cause);
        Drain();
    }

    /// <summary>Begins or ends a fault. False when it is not the module's.</summary>
    public bool TryApply(TimeSpan now, ActiveFault fault, bool begins)
    {
        _context.Enter(now);
        var isOurs = TryApply(fault, begins) || _parts.Any(p => p.TryApply(fault, begins));
        Drain();
        return isOurs;
    }

    /// <summary>The address translation forgets the module at once, as after a long silence.</summary>
    public void AgeMapping(TimeSpan now)
    {
        _context.Enter(now);
        _context.Trace("fault", "fired", "ip-age", ("type", "ip-age"));
        Radio.AgeMapping();
        Drain();
    }

    /// <summary>A datagram of the module came to a host where no program listens on that port.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="to">As the module knows the server.</param>
    public void HandleUnreachable(TimeSpan now, IPEndPoint to)
    {
        _context.Enter(now);
        _context.Trace("radio", "unreachable", $"{to}: port unreachable (ICMP): nobody listens there", true, ("server", to.ToString()));
        Drain();
    }

    /// <summary>A datagram of the module was too long for a link on its way.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="to">As the module knows the server.</param>
    /// <param name="longest">What that link takes, in bytes.</param>
    public void HandleTooBig(TimeSpan now, IPEndPoint to, int longest)
    {
        _context.Enter(now);
        _context.Trace("radio", "too.big", $"{to}: fragmentation needed (ICMP): {longest} bytes pass", true,
            ("server", to.ToString()), ("bytes", longest));
    }

    /// <summary>Takes the cell away or brings it back.</summary>
    public void SetCoverage(TimeSpan now, bool covered)
    {
        _context.Enter(now);
        Radio.SetCoverage(now, covered);
        Drain();
    }

    /// <summary>The network detaches the module, or lets it attach again.</summary>
    public void SetAttached(TimeSpan now, bool attached)
    {
        _context.Enter(now);
        if (attached)
            Radio.Attach(now);
        else
            Radio.Detach(now);
        Drain();
    }

    /// <summary>Runs a command line and prints its answer, in the order in which a module prints it.</summary>
    void Run(CommandLine line)
    {
        var output = _context.Output;
        var isCut = _context.TryTrigger("brownout-mid-command", FaultDirection.Up, line.Text, out _);
        if (isCut)
            Drain();
        var waiting = output.Waiting;
        output.BeginCommand();
        var result = _commands.Run(line);
        ApplyRestart();
        output.EndCommand(_commands.FinalLine(result, line));
        if (isCut)
        {
            output.Truncate(waiting + (output.Waiting - waiting) / 2);
            Restart(ResetCause.Power);
            Drain();
            return;
        }
        _commands.NoteAnswered();
        output.DelayPlacedBehind();
        if (_context.Input.Receiver is not null)
            output.BeginCommand(); // it ends with its data
        // A command that reports a later result has it after its own OK, even when the result is known at once.
        Mipl.DrainClient();
        ApplyRestart();
        _settings.ReportChanges();
        Drain();
    }

    bool TryApply(ActiveFault fault, bool begins)
    {
        switch (fault.Spec.Type.Name)
        {
            case "reboot":
                Restart(Enum.Parse<ResetCause>(fault.Text("cause"), ignoreCase: true));
                return true;
            case "hang":
                _hangs = begins;
                _context.Trace("module", "hang", "", ("begins", begins));
                return true;
            default:
                return false;
        }
    }

    void ApplyRestart()
    {
        if (_context.TryTakeRestart(out var cause))
            Restart(cause);
    }

    void Restart(ResetCause cause)
    {
        _hangs = false;
        _context.Settings.Restart();
        foreach (var part in _parts.Reverse())
            part.Reset();
        _context.Output.Reset();
        _context.Input.Reset();
        _resetCause = cause;
        _bootsAt = _context.Now + TimeSpan.FromSeconds(_context.Profile.Boot.Seconds);
        _context.Trace("module", "reset", cause.ToString(), ("cause", cause.ToString()));
    }

    void FinishBoot()
    {
        _bootsAt = TimeSpan.MaxValue;
        PrintBootLines(_resetCause);
        Drain();
        if (_context.Settings.AutoConnect)
            Radio.TurnOn(_context.Now);
        _context.Trace("module", "booted", _resetCause.ToString(), ("cause", _resetCause.ToString()));
    }

    void PrintBootLines(ResetCause cause)
    {
        _context.Output.Raw(_context.Profile.Boot.ReadyText(cause));
        _address.Announce();
    }

    /// <summary>Turns what the parts have left to do into effects, in the order it arose.</summary>
    void Drain()
    {
        _context.Air.Drain();
        foreach (var part in _parts)
            part.Drain();
        ApplyRestart();
        while (_context.Output.TryTake(out var output))
        {
            _context.Emit(output.Speed is { } speed ? new LineSpeedChanged(speed) : new SerialOutput(output.Bytes, output.IsEcho, output.Gap));
            if (output.Shown is { } line)
                _context.Trace("at", "line", "", ("text", line));
        }
        _front.ReportLostOutput();
    }

    TPart Part<TPart>() where TPart : ModulePart => (TPart)_parts.First(p => p is TPart);
}
