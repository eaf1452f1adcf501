using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Tracing;

/// <summary>Writes a format to whatever takes its bytes. What comes after <see cref="End"/> is not written.</summary>
sealed class TraceWriter : ITraceTap
{
    readonly ITraceFormat _format;
    readonly Action<ReadOnlySpan<byte>> _write;
    bool _ended;

    public TraceWriter(ITraceFormat format, TraceHeader header, Action<ReadOnlySpan<byte>> write)
    {
        _format = format;
        _write = write;
        Write(format.Begin(header));
    }

    public void Take(TraceEvent traceEvent)
    {
        if (!_ended)
            Write(_format.Format(traceEvent));
    }

    public void TakeSecrets(TimeSpan at, SecretsOutput secrets)
    {
        if (!_ended)
            Write(_format.FormatSecrets(at, secrets));
    }

    public void End()
    {
        if (!_ended)
            Write(_format.End());
        _ended = true;
    }

    void Write(byte[] bytes)
    {
        if (bytes.Length > 0)
            _write(bytes);
    }
}
