using System.Collections.Frozen;
using System.Reflection;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Parts;

/// <summary>All command rows, from the families that register themselves. A row counts for a module whose profile names the command.</summary>
static class CommandTable
{
    /// <summary>The registered families in their order; equal orders are sorted by name, so that the order never depends on the compiler.</summary>
    public static IReadOnlyList<CommandFamilyAttribute> Families { get; } =
    [
        .. typeof(CommandTable).Assembly.GetCustomAttributes<CommandFamilyAttribute>()
            .OrderBy(f => f.Order).ThenBy(f => f.PartType.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<AtCommand> Rows { get; } = [.. Families.SelectMany(f => f.Rows)];

    static readonly FrozenDictionary<string, AtCommand> ByName = Rows
        .SelectMany(r => r.Alias is null ? [(r.Name, Row: r)] : new[] { (r.Name, Row: r), (Name: r.Alias, Row: r) })
        .ToFrozenDictionary(r => r.Name, r => r.Row);

    /// <summary>The row of a name in upper case, if the profile has the command.</summary>
    public static AtCommand? Find(string name, ModuleProfile profile) =>
        ByName.GetValueOrDefault(name) is { } row && profile.Commands.ContainsKey(row.Name) ? row : null;
}
