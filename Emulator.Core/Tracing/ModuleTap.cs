using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// Where a driver shows what goes in and out of one module and of the platform beside it; events come out at the taps.
/// The driver shows an effect before it executes it.
/// </summary>
/// <param name="module">Index of the module.</param>
/// <param name="addresses">Follow the effects before this does.</param>
/// <param name="taps">In the order in which they are told.</param>
sealed class ModuleTap(int module, ModuleAddresses addresses, IReadOnlyList<ITraceTap> taps)
{
    /// <summary>What the module wants done.</summary>
    public void Take(TimeSpan now, ModuleEffect effect)
    {
        if (taps.Count == 0)
            return;
        switch (effect)
        {
            case SerialOutput serial:
                Tell(new TraceEvent(now, module, "uart", "tx", [("bytes", serial.Bytes.Length)]) { Payload = serial.Bytes });
                break;
            case DatagramOutput up:
                TellDatagram(now, addresses.Own, up.To, up.Bytes, isUp: true);
                break;
            case SendFromSocket up:
                TellDatagram(now, addresses.OfSocket(up.Key), up.To, up.Bytes, isUp: true);
                break;
            case DatagramTaken { Socket: null } down:
                TellDatagram(now, down.From, addresses.Own, down.Bytes, isUp: false);
                break;
            case DatagramTaken { Socket: { } key } down:
                TellDatagram(now, down.From, addresses.OfSocket(key), down.Bytes, isUp: false);
                break;
            case SecretsOutput secrets:
                foreach (var tap in taps)
                    tap.TakeSecrets(now, secrets);
                break;
            case TraceOutput trace:
                Tell(new TraceEvent(now, module, trace.Layer, trace.Name, FieldsOf(trace)));
                break;
        }
    }

    /// <summary>What the MCU has sent.</summary>
    public void TakeSerial(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        if (taps.Count > 0 && bytes.Length > 0)
            Tell(new TraceEvent(now, module, "uart", "rx", [("bytes", bytes.Length)]) { Payload = bytes.ToArray() });
    }

    public void Take(TimeSpan now, OneNetEvent platformEvent)
    {
        if (taps.Count > 0)
            Tell(PlatformTrace.Of(now, platformEvent));
    }

    public void Take(TimeSpan now, FaultFired fired)
    {
        if (fired.IsEnd)
            Tell(now, "fault", "ended", ("type", fired.Type), ("name", fired.Name));
        else
            Tell(now, "fault", "fired", ("type", fired.Type), ("name", fired.Name), ("detail", fired.Subject.Length > 0 ? CommandLine.Redact(fired.Subject) : null));
    }

    /// <summary>Somebody has moved core time on, by so much.</summary>
    public void TakeAdvance(TimeSpan now, TimeSpan by)
    {
        if (by > TimeSpan.Zero)
            Tell(now, "time", "advanced", ("ms", (long)by.TotalMilliseconds));
    }

    /// <summary>Something that neither core knows of.</summary>
    public void Tell(TimeSpan now, string layer, string name, params IReadOnlyList<TraceField> fields) =>
        Tell(new TraceEvent(now, module, layer, name, fields));

    void TellDatagram(TimeSpan now, IPEndPoint from, IPEndPoint to, ReadOnlyMemory<byte> bytes, bool isUp) =>
        Tell(new DatagramEvent(now, module, isUp, from, to, bytes) { Payload = bytes });

    void Tell(TraceEvent traceEvent)
    {
        foreach (var tap in taps)
            tap.Take(traceEvent);
    }

    static IReadOnlyList<TraceField> FieldsOf(TraceOutput trace) =>
        trace.Fields.Count > 0 || trace.Detail.Length == 0 ? trace.Fields : [("detail", trace.Detail)];
}
