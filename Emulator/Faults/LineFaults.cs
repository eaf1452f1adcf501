using System.Text;
using M531x.Emulator.Module;

namespace M531x.Emulator.Faults;

/// <summary>The module's output on its way to the MCU, wrapped by the faults of the line.</summary>
sealed class LineFaults(FaultSet faults)
{
    bool _inEcho;
    bool _losesEcho;
    TimeSpan _freeAt;

    /// <summary>What is left of the output, and when it is on the line. A UART keeps its order: what follows waits for what is held back.</summary>
    public (TimeSpan At, ReadOnlyMemory<byte> Bytes) Pass(TimeSpan now, SerialOutput output)
    {
        var (delay, bytes) = Apply(now, output);
        if (now + delay > _freeAt)
            _freeAt = now + delay;
        return (_freeAt, bytes);
    }

    (TimeSpan Delay, ReadOnlyMemory<byte> Bytes) Apply(TimeSpan now, SerialOutput output)
    {
        if (!faults.All.Any(f => f.Type.Target == FaultTarget.Line))
            return (TimeSpan.Zero, output.Bytes);
        var subject = Encoding.Latin1.GetString(output.Bytes.Span).Trim();
        bool Fires(string type, out ActiveFault fault) => faults.Fires(now, type, FaultDirection.Down, subject, out fault);

        var bytes = output.Bytes.ToArray();
        if (output.IsEcho)
            return PassEcho(bytes, Fires);
        if (Fires("line-ending", out var ending))
            bytes = Ending(bytes, ending.Text("ending"));
        if (bytes.Length > 0 && Fires("drop-byte", out var drop))
        {
            var at = drop.Random.Next(bytes.Length);
            bytes = [.. bytes[..at], .. bytes[(at + 1)..]];
        }
        if (bytes.Length > 0 && Fires("flip-bit", out var flip))
            bytes[flip.Random.Next(bytes.Length)] ^= (byte)(1 << flip.Random.Next(8));
        if (Fires("garbage", out var garbage))
        {
            var noise = new byte[Math.Max(1, (int)garbage.Number("bytes"))];
            garbage.Random.Fill(noise);
            bytes = [.. noise, .. bytes];
        }
        return (Fires("stall", out var stall) ? stall.Duration("delay") : TimeSpan.Zero, bytes);
    }

    /// <summary>The echo comes in pieces; it is lost, or not, as far as the CR that ends the command.</summary>
    (TimeSpan Delay, ReadOnlyMemory<byte> Bytes) PassEcho(byte[] bytes, Try fires)
    {
        _losesEcho = _inEcho ? _losesEcho : fires("echo-lost", out _);
        _inEcho = bytes[^1] != '\r';
        return (TimeSpan.Zero, _losesEcho ? default(ReadOnlyMemory<byte>) : bytes);
    }

    delegate bool Try(string type, out ActiveFault fault);

    static byte[] Ending(byte[] bytes, string ending) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\r\n", ending switch
    {
        "cr" => "\r",
        "lf" => "\n",
        _ => "",
    }, StringComparison.Ordinal));
}
