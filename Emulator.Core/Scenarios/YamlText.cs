using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>YAML as nodes. What the library takes and no reader could follow is refused: nodes nested without end, an alias inside its own anchor.</summary>
static class YamlText
{
    const int MaxDepth = 64;

    /// <exception cref="YamlException">What is wrong, and where.</exception>
    public static YamlStream Load(TextReader text)
    {
        var scanner = new Scanner(text);
        var stream = new YamlStream();
        try
        {
            stream.Load(new BoundedParser(new Parser(scanner)));
        }
        catch (YamlException e) when (e.Start.Equals(Mark.Empty))
        {
            // Of a tab, for one, the library does not say where it stands.
            throw new YamlException(scanner.CurrentPosition, scanner.CurrentPosition, e.Message, e);
        }
        return stream;
    }

    sealed class BoundedParser(IParser inner) : IParser
    {
        readonly Stack<AnchorName> _open = [];
        readonly HashSet<AnchorName> _whole = [];

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext())
                return false;
            switch (Current)
            {
                case AnchorAlias alias when !_whole.Contains(alias.Value):
                    throw Wrong(alias, _open.Contains(alias.Value) ? $"*{alias.Value} stands inside what it names" : $"there is no &{alias.Value} before it");
                case MappingStart or SequenceStart when _open.Count == MaxDepth:
                    throw Wrong(Current, $"nested more than {MaxDepth} deep");
                case MappingStart or SequenceStart:
                    _open.Push(((NodeEvent)Current).Anchor);
                    break;
                case MappingEnd or SequenceEnd:
                    _whole.Add(_open.Pop());
                    break;
                case Scalar scalar:
                    _whole.Add(scalar.Anchor);
                    break;
            }
            return true;
        }

        static YamlException Wrong(ParsingEvent at, string problem) => new(at.Start, at.End, problem);
    }
}
