using System.Text;
using M531x.Lwm2m;

namespace M531x.Emulator.Tests.Fuzz;

/// <summary>What is done in one step of a fuzzed session.</summary>
public enum StepKind
{
    /// <summary>Bytes on the UART.</summary>
    Serial,

    /// <summary>A datagram to the module from its present server.</summary>
    FromServer,

    /// <summary>The same from its bootstrap server.</summary>
    FromBootstrapServer,

    /// <summary>The same from an address it never heard of.</summary>
    FromStranger,

    /// <summary>A datagram to the platform's LwM2M port from the module's address.</summary>
    ToPlatform,

    /// <summary>The same from another address.</summary>
    ToPlatformFromStranger,
    ToBootstrap,

    /// <summary>Time passes.</summary>
    Wait,

    /// <summary>The network loses everything, or nothing, from here on.</summary>
    Network,
}

/// <summary>How a datagram is made to fit the session, whose message ids and tokens are known only when it runs.</summary>
public enum Fit
{
    AsIs,

    /// <summary>Takes the message id of the last datagram the other way.</summary>
    MessageId,

    /// <summary>Takes its message id and token.</summary>
    MessageIdAndToken,

    /// <summary>Takes its token.</summary>
    Token,
}

public sealed record Step(StepKind Kind, byte[] Bytes, int Milliseconds = 0, Fit Fit = Fit.AsIs)
{
    public override string ToString() => Kind switch
    {
        StepKind.Serial => $"{Kind} \"{Escape(Bytes)}\"",
        StepKind.Wait => $"{Kind} {Milliseconds} ms",
        StepKind.Network => $"{Kind} {(Milliseconds == 0 ? "dead" : "alive")}",
        _ => $"{Kind} {Convert.ToHexString(Bytes)} {Fit}",
    };

    static string Escape(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (var value in bytes)
            text.Append(value is >= 0x20 and <= 0x7E and not (byte)'\\' ? ((char)value).ToString() : value == '\r' ? "\\r" : $"\\x{value:X2}");
        return text.ToString();
    }
}

/// <summary>A session's start and what happens in it; the seed alone makes it, so that a failure can be told in one number.</summary>
public sealed record Script(ulong Seed, StartState Start, IReadOnlyList<Step> Steps)
{
    public override string ToString() => $"seed {Seed}, {Start}:\n{string.Join('\n', Steps)}";

    public static Script Of(ulong seed)
    {
        var random = new SeededRandom(seed);
        var start = (StartState)random.Next(Enum.GetValues<StartState>().Length);
        var count = 1 + random.Next(40);
        var steps = new List<Step>();
        while (steps.Count < count)
            steps.Add(StepSource.Next(random));
        return new Script(seed, start, steps);
    }

    /// <summary>Fewer steps first, then shorter ones.</summary>
    public static IEnumerable<Script> Shrink(Script script)
    {
        var steps = script.Steps;
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < steps.Count; from += size)
                yield return script with { Steps = [.. steps.Take(from), .. steps.Skip(from + size)] };
        }
        for (var i = 0; i < steps.Count; i++)
        {
            var bytes = steps[i].Bytes;
            for (var size = bytes.Length / 2; size > 0; size /= 2)
            {
                for (var from = 0; from < bytes.Length; from += size)
                {
                    var shorter = steps[i] with { Bytes = [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + size)..]] };
                    yield return script with { Steps = [.. steps.Take(i), shorter, .. steps.Skip(i + 1)] };
                }
            }
        }
    }

    static class StepSource
    {
        public static Step Next(SeededRandom random) => random.Next(20) switch
        {
            < 9 => new Step(StepKind.Serial, Garbage.Serial(random)),
            < 12 => Datagram(StepKind.FromServer, random),
            12 => Datagram(StepKind.FromBootstrapServer, random),
            13 => Datagram(StepKind.FromStranger, random),
            < 16 => Datagram(StepKind.ToPlatform, random),
            16 => Datagram(StepKind.ToPlatformFromStranger, random),
            17 => Datagram(StepKind.ToBootstrap, random),
            18 => new Step(StepKind.Network, [], random.Next(2)),
            _ => new Step(StepKind.Wait, [], random.Next(4) == 0 ? random.Next(4_000_000) : random.Next(5000)),
        };

        static Step Datagram(StepKind kind, SeededRandom random) => new(kind, Garbage.Datagram(random), 0, (Fit)random.Next(4));
    }
}
