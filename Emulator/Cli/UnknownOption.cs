using System.CommandLine;
using System.CommandLine.Parsing;

namespace M531x.Emulator.Cli;

/// <summary>
/// An option that a command does not have. System.CommandLine takes such a word for the argument of a command that has one: a command
/// to run, a file to read.
/// </summary>
static class UnknownOption
{
    /// <summary>What is wrong, with the nearest option there is; null when nothing is. What follows -- is never an option.</summary>
    public static string? Find(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
            return null;
        var free = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        var word = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Where(free.Contains).Select(t => t.Value)
            .Concat(parsed.UnmatchedTokens).FirstOrDefault(w => w is ['-', _, ..]);
        if (word is null)
            return null;
        var name = word.Split('=', ':')[0];
        var near = parsed.CommandResult.Command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name))
            .Select(known => (Known: known, Distance: Distance(name, known))).Where(o => o.Distance <= o.Known.Length / 3).ToList();
        var hint = near.Count > 0 ? $"; did you mean {near.MinBy(o => o.Distance).Known}?" : parsed.CommandResult.Command.Name == "exec" ? "; the command's own options go after --" : "";
        return $"unknown option {word}{hint}";
    }

    /// <summary>Characters to insert, remove or replace (Levenshtein).</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
