using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Parts;

/// <summary>A part that brings command rows with it.</summary>
/// <typeparam name="TPart">The part itself.</typeparam>
interface ICommandFamily<TPart> where TPart : ModulePart
{
    /// <summary>The rows that the part, or one that it owns, handles.</summary>
    static abstract IEnumerable<AtCommand> Rows { get; }

    static abstract TPart Create(ModuleContext context);
}

/// <summary>Registers a part: <c>[assembly: CommandFamily&lt;MyPart&gt;]</c> beside it is all that a new family needs besides its commands' names in the profiles.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
abstract class CommandFamilyAttribute : Attribute
{
    /// <summary>Parts are created, and asked for their deadlines, in this order.</summary>
    public int Order { get; init; } = 100;

    public abstract Type PartType { get; }

    public abstract IReadOnlyList<AtCommand> Rows { get; }

    public abstract ModulePart Create(ModuleContext context);
}

/// <typeparam name="TPart">The part to register.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
sealed class CommandFamilyAttribute<TPart> : CommandFamilyAttribute where TPart : ModulePart, ICommandFamily<TPart>
{
    public override Type PartType => typeof(TPart);

    public override IReadOnlyList<AtCommand> Rows { get; } = [.. TPart.Rows];

    public override ModulePart Create(ModuleContext context) => TPart.Create(context);
}
