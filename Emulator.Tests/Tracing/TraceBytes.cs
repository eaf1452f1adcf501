using System.Text;
using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Tests.Tracing;

/// <summary>A trace file in memory.</summary>
sealed class TraceBytes
{
    readonly List<byte> _bytes = [];
    readonly TraceWriter _writer;

    public TraceBytes(ITraceFormat format, TraceHeader header)
    {
        _writer = new TraceWriter(format, header, bytes => _bytes.AddRange(bytes));
        Tap = _writer;
    }

    public ITraceTap Tap { get; }

    public byte[] Bytes => [.. _bytes];

    public string Text => Encoding.UTF8.GetString(Bytes);

    public void End() => _writer.End();
}
