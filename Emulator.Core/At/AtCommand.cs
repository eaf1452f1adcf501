using System.Globalization;

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

/// <summary>What must hold before the set form of a command runs. The part that handles the command answers for what fails.</summary>
enum AtRequirement
{
    Nothing,

    /// <summary>A device instance exists, else 653.</summary>
    Instance,

    /// <summary>The instance is registered, else 602 (653 without an instance).</summary>
    Registered,
}

/// <summary>A row of the command table. It drives the parser, AT+X=?, the documentation and the coverage test.</summary>
abstract record AtCommand(string Name, string Summary)
{
    /// <summary>The manual's section, such as "1.9", or the general-command list "6.1".</summary>
    public required string Section { get; init; }

    public IReadOnlyList<AtParameter> Parameters { get; init; } = [];
    public AtRequirement Requires { get; init; }

    /// <summary>What AT+X=? shows behind the colon; null shows the parameters' names.</summary>
    public string? Ranges { get; init; }

    /// <summary>Time to the answer of the set and execute forms on a real module; what is only asked takes <see cref="CommandDelay.Simple"/>.</summary>
    public CommandDelay Delay
    {
        get => field ?? (IsMipl ? CommandDelay.Mipl : CommandDelay.Simple);
        init;
    }

    /// <summary>Another spelling seen in the field.</summary>
    public string? Alias { get; init; }

    /// <summary>The type of the part that handles the command.</summary>
    public abstract Type Part { get; }

    public abstract AtForms Forms { get; }

    /// <summary>Runs one of the row's <see cref="Forms"/>.</summary>
    /// <param name="part">An object of the type <see cref="Part"/>.</param>
    /// <param name="form">The form; the test form only if the row answers it by itself.</param>
    /// <param name="arguments">Checked arguments of the set form.</param>
    /// <returns>How the command ends; null when the row has no answer of its own to the test form.</returns>
    public abstract AtResult? Run(object part, AtForms form, AtArguments arguments);

    /// <summary>MIPL commands report errors as +CIS ERROR, the general ones as ERROR or +CME ERROR.</summary>
    public bool IsMipl => Name.StartsWith("+MIPL", StringComparison.Ordinal);

    /// <summary>Has a test form: what begins with + or the makers' *, unlike the basic commands of V.250.</summary>
    public bool IsExtended => Name.StartsWith('+') || Name.StartsWith('*');

    public bool Has(AtForms form) => (Forms & form) != 0;

    /// <summary>AT+X=? shows something else than the names of the parameters.</summary>
    public virtual bool HasTestAnswer => Ranges is not null;

    public CommandDelay DelayOf(AtForms form) => form is AtForms.Read or AtForms.Test ? CommandDelay.Simple : Delay;

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
    /// <returns>The first mistake; null when the arguments are accepted.</returns>
    public Refusal? Check(IReadOnlyList<AtArgument> arguments)
    {
        var required = Parameters.Count(p => !p.Optional);
        if (arguments.Count < required || arguments.Count > Parameters.Count)
            return Refuse(RefusalKind.ArgumentCount) with { Expected = CountText(required), Came = Text(arguments.Count) };
        for (var i = 0; i < arguments.Count; i++)
        {
            if (Parameters[i].ProblemOf(arguments[i]) is { } kind)
                return RefuseArgument(kind, i, arguments[i].Text);
        }
        return null;
    }

    public Refusal Refuse(RefusalKind kind) => new(kind, Name) { Section = Section };

    /// <summary>A refusal that names the argument with that index.</summary>
    public Refusal RefuseArgument(RefusalKind kind, int index, string came) => Refuse(kind) with
    {
        Argument = Parameters[index].Name,
        Position = index + 1,
        Expected = Parameters[index].Expected,
        Came = came,
    };

    string CountText(int required) =>
        required == Parameters.Count ? Text(required) : $"{Text(required)} to {Text(Parameters.Count(p => !p.Hidden))}";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A row whose handlers belong to one part of the module. A handler that is null means that the form does not exist.</summary>
/// <typeparam name="TPart">The part.</typeparam>
sealed record AtCommand<TPart>(string Name, string Summary) : AtCommand(Name, Summary) where TPart : class
{
    public Func<TPart, AtResult>? Execute { get; init; }
    public Func<TPart, AtArguments, AtResult>? Set { get; init; }
    public Func<TPart, AtResult>? Read { get; init; }

    /// <summary>Answers AT+X=? where the answer depends on the module's state.</summary>
    public Func<TPart, AtResult>? Test { get; init; }

    public override bool HasTestAnswer => Test is not null || base.HasTestAnswer;

    public override Type Part => typeof(TPart);

    public override AtForms Forms =>
        (Execute is null ? 0 : AtForms.Execute) | (Set is null ? 0 : AtForms.Set) | (Read is null ? 0 : AtForms.Read)
        | (IsExtended ? AtForms.Test : 0);

    public override AtResult? Run(object part, AtForms form, AtArguments arguments)
    {
        var target = (TPart)part;
        return form switch
        {
            AtForms.Set => Set!(target, arguments),
            AtForms.Read => Read!(target),
            AtForms.Execute => Execute!(target),
            _ => Test?.Invoke(target),
        };
    }
}
