using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Parts;

/// <summary>
/// One room of a module: it owns its fields, handles the commands of its rows, and states its next deadline. The module calls it; it
/// never calls the module.
/// </summary>
abstract class ModulePart(ModuleContext context)
{
    protected ModuleContext Context => context;
    protected TimeSpan Now => context.Now;
    protected ModuleProfile Profile => context.Profile;
    protected ModuleSettings Settings => context.Settings;

    /// <summary>Core time at which <see cref="HandleTimeout"/> has something to do; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public virtual TimeSpan NextDeadline => TimeSpan.MaxValue;

    /// <summary>The module is switched on.</summary>
    public virtual void PowerOn() { }

    /// <summary>The module restarts: the part forgets what does not outlive a restart.</summary>
    public virtual void Reset() { }

    public virtual void HandleTimeout() { }

    /// <summary>Does what the calls so far have left to do. Called after each call of the module and after each command.</summary>
    public virtual void Drain() { }

    /// <summary>Begins or ends a fault; false when the fault is another part's.</summary>
    public virtual bool TryApply(ActiveFault fault, bool begins) => false;

    /// <summary>Why a set form that needs a state is refused; null when the state is there.</summary>
    public virtual AtResult? RefuseState(AtCommand row) => null;

    /// <summary>The object of a type that handles command rows: the part itself, or one that it owns; null when it has none.</summary>
    public virtual object? RoomOf(Type type) => type.IsInstanceOfType(this) ? this : null;

    protected bool Has(Quirk quirk) => context.Has(quirk);

    protected void Emit(ModuleEffect effect) => context.Emit(effect);

    protected void Trace(string layer, string name, string detail, params TraceField[] fields) => context.Trace(layer, name, detail, fields);

    protected void Info(string text) => context.Output.Info(text);

    protected void Urc(string text) => context.Output.Urc(text);

    /// <summary>Prints an information line of a general command, and ends the command with OK.</summary>
    protected AtResult Show(string name, string value)
    {
        Info(Named(name, value));
        return AtResult.Ok;
    }

    /// <summary>Prints an information line that has no name, and ends the command with OK.</summary>
    protected AtResult Show(string line)
    {
        Info(line);
        return AtResult.Ok;
    }

    /// <summary>+NAME:value, with a blank behind the colon where this module prints one.</summary>
    protected string Named(string name, string value) => $"{name}:{Profile.ColonSpaceOf(name)}{value}";

    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    protected static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    protected static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
