using System.Text;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Faults;

/// <summary>The serial line between the module and the MCU, wrapped by its faults.</summary>
sealed class LineFaults(FaultSet faults)
{
    /// <summary>What a receiver reads of a line that is held low: a zero with a framing error.</summary>
    const byte Break = 0;
    const int BitsPerByte = 10;

    /// <summary>Slow bytes leave in pieces of about this time.</summary>
    const double PieceSeconds = 0.008;

    bool _inEcho;
    bool _losesEcho;
    TimeSpan _freeAt;

    /// <summary>What is left of the module's output, in pieces, and when each is on the line. A UART keeps its order: what follows waits for what is held back.</summary>
    public IReadOnlyList<(TimeSpan At, ReadOnlyMemory<byte> Bytes)> Pass(TimeSpan now, SerialOutput output)
    {
        var at = Later(now, _freeAt) + output.Gap;
        if (!faults.HasTarget(FaultTarget.Line))
        {
            _freeAt = at;
            return [(at, output.Bytes)];
        }
        var layer = new Passage(faults, now, FaultDirection.Down, output.Bytes);
        var bytes = output.IsEcho ? PassEcho(layer) : layer.EndLines();
        bytes = LosesToBreak(bytes) ? [] : layer.Disturb(bytes);
        if (layer.Fires("stall", out var stall))
            at += stall.Duration("delay");
        List<(TimeSpan At, ReadOnlyMemory<byte> Bytes)> pieces = [.. layer.Cut(bytes, at)];
        _freeAt = Later(pieces.Count == 0 ? at : pieces[^1].At, _freeAt);
        return pieces;
    }

    /// <summary>What the module hears of what the MCU sends.</summary>
    public ReadOnlyMemory<byte> Take(TimeSpan now, ReadOnlyMemory<byte> bytes)
    {
        if (!faults.HasTarget(FaultTarget.Line))
            return bytes;
        return faults.IsOn("break") ? default : new Passage(faults, now, FaultDirection.Up, bytes).Disturb(bytes.ToArray());
    }

    bool LosesToBreak(byte[] bytes) => faults.IsOn("break") && bytes is not [Break];

    /// <summary>The echo comes in pieces; it is lost, or not, as far as the CR that ends the command.</summary>
    byte[] PassEcho(Passage layer)
    {
        _losesEcho = _inEcho ? _losesEcho : layer.Fires("echo-lost", out _);
        var bytes = layer.Bytes.ToArray();
        _inEcho = bytes[^1] != '\r';
        return _losesEcho ? [] : bytes;
    }

    static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Bytes on their way through all faults.</summary>
    sealed class Passage(FaultSet faults, TimeSpan now, FaultDirection direction, ReadOnlyMemory<byte> bytes)
    {
        readonly string _subject = Encoding.Latin1.GetString(bytes.Span).Trim();

        public ReadOnlyMemory<byte> Bytes => bytes;

        public bool Fires(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) =>
            faults.Fires(now, type, direction, _subject, out fault, when);

        public byte[] EndLines()
        {
            var text = Encoding.Latin1.GetString(bytes.Span);
            if (!Fires("line-ending", out var fault, _ => text.Contains("\r\n", StringComparison.Ordinal)))
                return bytes.ToArray();
            var lines = text.ReplaceLineEndings("\n"); // also those that are CR or LF alone
            return Encoding.Latin1.GetBytes(lines.Replace("\n", fault.Text("ending") switch
            {
                "cr" => "\r",
                "lf" => "\n",
                "crcrlf" => "\r\r\n",
                "none" => "",
                _ => "\r\n",
            }, StringComparison.Ordinal));
        }

        public byte[] Disturb(byte[] bytes)
        {
            var isEmpty = bytes.Length == 0;
            if (Fires("drop-byte", out var drop, _ => !isEmpty))
            {
                var at = drop.Random.Next(bytes.Length);
                bytes = [.. bytes[..at], .. bytes[(at + 1)..]];
            }
            isEmpty = bytes.Length == 0;
            if (Fires("flip-bit", out var flip, _ => !isEmpty))
                bytes[flip.Random.Next(bytes.Length)] ^= (byte)(1 << flip.Random.Next(8));
            if (Fires("garbage", out var garbage))
            {
                var noise = new byte[(int)garbage.Number("bytes")];
                garbage.Random.Fill(noise);
                bytes = [.. noise, .. bytes];
            }
            return bytes;
        }

        /// <summary>In pieces with a gap between them, or one by one as a slow UART sends them, or whole.</summary>
        public IEnumerable<(TimeSpan At, ReadOnlyMemory<byte> Bytes)> Cut(byte[] bytes, TimeSpan at)
        {
            var isWhole = bytes.Length < 2;
            if (Fires("slow", out var slow, _ => bytes.Length > 0))
            {
                var perByte = TimeSpan.FromSeconds(BitsPerByte / slow.Number("baud"));
                foreach (var piece in bytes.Chunk(Math.Max(1, (int)(PieceSeconds / perByte.TotalSeconds))))
                    yield return (at += perByte * piece.Length, piece);
            }
            else if (Fires("chunk", out var chunk, _ => !isWhole))
            {
                at -= chunk.Duration("gap");
                foreach (var piece in bytes.Chunk((int)chunk.Number("bytes")))
                    yield return (at += chunk.Duration("gap"), piece);
            }
            else if (bytes.Length > 0)
                yield return (at, bytes);
        }
    }
}
