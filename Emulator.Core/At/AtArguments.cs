using System.Globalization;

namespace M531x.Emulator.Core.At;

/// <summary>One argument as written: its text without quotes, and whether it had any.</summary>
readonly record struct AtArgument(string Text, bool Quoted)
{
    /// <summary>Nothing between two commas; an empty pair of quotes is a value.</summary>
    public bool IsMissing => Text.Length == 0 && !Quoted;
}

/// <summary>The arguments of one command, already checked against its row.</summary>
sealed class AtArguments(IReadOnlyList<AtArgument> items)
{
    public int Count => items.Count;

    public bool Has(int index) => index < items.Count && !items[index].IsMissing;

    public string Text(int index) => items[index].Text;

    public bool IsQuoted(int index) => items[index].Quoted;

    public string? TextOrNull(int index) => Has(index) ? items[index].Text : null;

    public long Long(int index) => long.Parse(items[index].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public int Int(int index) => (int)Long(index);

    /// <summary>The arguments as they were written.</summary>
    public override string ToString() => string.Join(',', items.Select(i => i.Quoted ? $"\"{i.Text}\"" : i.Text));

    /// <summary>
    /// Splits at commas outside quotes and trims blanks; a comma inside quotes belongs to its value.
    /// False when a quote is left open or text stands beside a quoted value.
    /// </summary>
    public static bool TrySplit(string text, out IReadOnlyList<AtArgument> arguments)
    {
        List<AtArgument> found = [];
        arguments = found;
        var position = 0;
        while (true)
        {
            while (position < text.Length && text[position] == ' ')
                position++;
            if (position < text.Length && text[position] == '"')
            {
                var end = text.IndexOf('"', position + 1);
                if (end < 0)
                    return false;
                found.Add(new AtArgument(text[(position + 1)..end], Quoted: true));
                position = end + 1;
                while (position < text.Length && text[position] == ' ')
                    position++;
                if (position < text.Length && text[position] != ',')
                    return false;
            }
            else
            {
                var comma = text.IndexOf(',', position);
                var end = comma < 0 ? text.Length : comma;
                var bare = text[position..end].TrimEnd(' ');
                if (bare.Contains('"', StringComparison.Ordinal))
                    return false;
                found.Add(new AtArgument(bare, Quoted: false));
                position = end;
            }
            if (position >= text.Length)
                return true;
            position++;
        }
    }
}
