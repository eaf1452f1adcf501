using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Tracing;

/// <summary>Sees everything and changes nothing. Called by the thread of the cores, in the order in which things happened.</summary>
interface ITraceTap
{
    void Take(TraceEvent traceEvent);

    /// <summary>Secrets of a handshake, before the first record that they protect. For captures alone.</summary>
    void TakeSecrets(TimeSpan at, SecretsOutput secrets) { }
}

/// <summary>A file format of the trace. It keeps no event and does no I/O: bytes come out.</summary>
interface ITraceFormat
{
    /// <summary>What the file begins with.</summary>
    byte[] Begin(TraceHeader header);

    /// <summary>What an event adds; empty when the format does not show it.</summary>
    byte[] Format(TraceEvent traceEvent);

    byte[] FormatSecrets(TimeSpan at, SecretsOutput secrets) => [];

    /// <summary>What the file ends with. A file without it, as after a crash, can be read all the same.</summary>
    byte[] End() => [];
}
