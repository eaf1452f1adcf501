using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.At;

/// <summary>All command rows. Adding a command is adding a row and a handler.</summary>
static partial class CommandTable
{
    public static IReadOnlyList<AtCommand> Rows { get; } = [.. General(), .. Neighbours(), .. Mipl()];

    static readonly Dictionary<string, AtCommand> ByName = Rows
        .SelectMany(r => r.Alias is null ? [(r.Name, Row: r)] : new[] { (r.Name, Row: r), (Name: r.Alias, Row: r) })
        .ToDictionary(r => r.Name, r => r.Row);

    /// <summary>The row of a name in upper case, if the profile has the command.</summary>
    public static AtCommand? Find(string name, ModuleProfile profile) =>
        ByName.GetValueOrDefault(name) is { } row && profile.Commands.ContainsKey(row.Name) ? row : null;
}
