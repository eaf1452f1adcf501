using M531x.Emulator.Core.Module;

namespace M531x.Emulator.Core.At;

/// <summary>The forms of a command (3GPP TS 27.007 §4): AT+X, AT+X=…, AT+X?, AT+X=?.</summary>
[Flags]
enum AtForms
{
    Execute = 1,
    Set = 2,
    Read = 4,
    Test = 8,
}

/// <summary>What must hold before a command's handler runs; what fails decides the error number.</summary>
enum AtRequirement
{
    Nothing,

    /// <summary>A device instance exists, else 653.</summary>
    Instance,

    /// <summary>The instance is registered, else 602 (653 without an instance).</summary>
    Registered,
}

/// <summary>
/// A row of the command table: it drives the parser, AT+X=?, the documentation and the coverage test.
/// A handler that is null means the form does not exist.
/// </summary>
sealed record AtCommand(string Name, string Summary)
{
    /// <summary>The manual's section, such as "1.9", or the general-command list "6.1".</summary>
    public required string Section { get; init; }

    public IReadOnlyList<AtParameter> Parameters { get; init; } = [];
    public AtRequirement Requires { get; init; } = AtRequirement.Instance;
    public Func<M531xModule, AtResult>? Execute { get; init; }
    public Func<M531xModule, AtArguments, AtResult>? Set { get; init; }
    public Func<M531xModule, AtResult>? Read { get; init; }

    /// <summary>Overrides the printed syntax of AT+X=?.</summary>
    public Func<M531xModule, AtResult>? Test { get; init; }

    /// <summary>Time to the answer of the set and execute forms on a real module; what is only asked takes <see cref="CommandDelay.Simple"/>.</summary>
    public CommandDelay Delay
    {
        get => field ?? (IsMipl ? CommandDelay.Mipl : CommandDelay.Simple);
        init;
    }

    public CommandDelay DelayOf(AtForms form) => form is AtForms.Read or AtForms.Test ? CommandDelay.Simple : Delay;

    /// <summary>Another spelling seen in the field.</summary>
    public string? Alias { get; init; }

    /// <summary>MIPL commands report errors as +CIS ERROR, the general ones as ERROR or +CME ERROR.</summary>
    public bool IsMipl => Name.StartsWith("+MIPL", StringComparison.Ordinal);

    /// <summary>Has a test form: what begins with + or the makers' *, unlike the basic commands of V.250.</summary>
    public bool IsExtended => Name.StartsWith('+') || Name.StartsWith('*');

    public AtForms Forms =>
        (Execute is null ? 0 : AtForms.Execute) | (Set is null ? 0 : AtForms.Set) | (Read is null ? 0 : AtForms.Read)
        | (IsExtended ? AtForms.Test : 0);

    /// <summary>The parameters as the manual writes them: &lt;ref&gt;,&lt;lifetime&gt;[,&lt;timeout&gt;], the optional tail in one bracket.</summary>
    public string Syntax
    {
        get
        {
            var shown = Parameters.Where(p => !p.Hidden).ToList();
            var required = string.Join(',', shown.Where(p => !p.Optional).Select(p => $"<{p.Name}>"));
            var optional = string.Concat(shown.Where(p => p.Optional).Select(p => $",<{p.Name}>"));
            return optional.Length == 0 ? required : $"{required}[{optional}]";
        }
    }

    /// <summary>Checks count, types and ranges. Only trailing or empty optional arguments may be missing.</summary>
    public bool Accepts(IReadOnlyList<AtArgument> arguments)
    {
        var required = Parameters.Count(p => !p.Optional);
        if (arguments.Count < required || arguments.Count > Parameters.Count)
            return false;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!Parameters[i].Accepts(arguments[i]))
                return false;
        }
        return true;
    }
}
