using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Parts;

/// <summary>
/// What the parts of one module share: time, effects, trace, profile, quirks, randomness, faults, stored settings, and the ways to the
/// UART and to the radio. Everything else belongs to one part.
/// </summary>
sealed class ModuleContext
{
    readonly Queue<ModuleEffect> _effects = [];
    readonly QuirkSet _quirks;
    ResetCause? _restart;

    /// <param name="options">Settings of the module.</param>
    /// <param name="random">Seed of all that is not secret.</param>
    /// <param name="secureRandom">Randomness of DTLS.</param>
    public ModuleContext(ModuleOptions options, SeededRandom random, RandomFill secureRandom)
    {
        Options = options;
        Random = random;
        SecureRandom = secureRandom;
        _quirks = options.Profile.Quirks.With(options.Quirks);
        Settings = options.SavedSettings is { } saved ? ModuleSettings.FromJson(options.Profile, saved) : new ModuleSettings(options.Profile);
        Latency = new ModuleLatency(options.Latency, random.Fork("latency"));
        Output = new AtOutput(this);
        Input = new DataInput(Output);
        Air = new Air(new RadioModel(
            new RadioOptions { AttachDelay = options.AttachDelay, RrcInactivity = options.RrcInactivity, IpAgeing = options.IpAgeing },
            random.Fork("radio"), options.Faults));
    }

    /// <summary>Core time of the call that the module is handling.</summary>
    public TimeSpan Now { get; private set; }

    public ModuleOptions Options { get; }
    public ModuleProfile Profile => Options.Profile;
    public ModuleLimits Limits => Options.Profile.Limits;
    public ModuleSettings Settings { get; }
    public ModuleLatency Latency { get; }
    public SeededRandom Random { get; }
    public RandomFill SecureRandom { get; }
    public AtOutput Output { get; }
    public DataInput Input { get; }
    public Air Air { get; }
    public RadioModel Radio => Air.Radio;

    /// <summary>Begins the handling of a call.</summary>
    public void Enter(TimeSpan now) => Now = now;

    public bool Has(Quirk quirk) => _quirks.Has(quirk);

    public void Emit(ModuleEffect effect) => _effects.Enqueue(effect);

    public bool TryTake(out ModuleEffect effect) => _effects.TryDequeue(out effect!);

    public void Trace(string layer, string name, string detail, params TraceField[] fields) =>
        Emit(new TraceOutput(layer, name, detail) { Fields = fields });

    /// <param name="isProblem">The user should see it without asking.</param>
    public void Trace(string layer, string name, string detail, bool isProblem, params IReadOnlyList<TraceField> fields) =>
        Emit(new TraceOutput(layer, name, detail) { IsProblem = isProblem, Fields = fields });

    /// <summary>Asks for a restart as soon as the command or event under way is handled.</summary>
    public void RequestRestart(ResetCause cause) => _restart = cause;

    public bool TryTakeRestart(out ResetCause cause)
    {
        cause = _restart ?? default;
        var isRequested = _restart is not null;
        _restart = null;
        return isRequested;
    }

    /// <summary>Whether a fault acts on something now.</summary>
    /// <param name="type">Name of the fault type.</param>
    /// <param name="direction">Up from the MCU, down to it.</param>
    /// <param name="subject">What passes, in words.</param>
    /// <param name="fault">The fault that acts.</param>
    /// <param name="when">A further condition of the type; null for none.</param>
    /// <param name="isMoot">Another fault decides already: random numbers are drawn, and nothing acts.</param>
    public bool TryTrigger(
        string type, FaultDirection direction, string subject, out ActiveFault fault, Func<ActiveFault, bool>? when = null, bool isMoot = false)
    {
        fault = null!;
        return Options.Faults is { IsEmpty: false } faults && faults.Fires(Now, type, direction, subject, out fault, when, isMoot);
    }
}
