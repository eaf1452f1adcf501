using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;

namespace M531x.Emulator.Tests.Tracing;

/// <summary>A module behind DTLS that reports, ages, makes a new handshake and reports again, with a trace of each kind.</summary>
sealed class AgeingSession
{
    public const string Key = "abcdefge";

    public AgeingSession(ulong seed = 7, bool emitsSecrets = true)
    {
        var module = new ModuleOptions { EmitsSecrets = emitsSecrets };
        var header = TraceHeader.Of(module, seed);
        Json = new TraceBytes(new JsonTrace(), header);
        Transcript = new TraceBytes(new AtLog(), header);
        Capture = new TraceBytes(new PcapNg(), header);
        Mcu = new Mcu(new VirtualWorldOptions { Seed = seed, Module = module, Taps = [Json.Tap, Transcript.Tap, Capture.Tap] });
        Mcu.Command("ATE1");
        Mcu.Command($"AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"{Key}\"");
        Mcu.Command("AT+MIPLDEVINFO?");
        Mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Mcu.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        Mcu.Command("AT+MIPLOPEN=0,3000,30");
        Mcu.Await("+MIPLEVENT:0,6");
        Mcu.Await("+MIPLREAD:0,");
        Mcu.Send("AT+MIPLNOTIFY=0,0,3200,0,5750,1,6,\"before\",0,0,1");
        Mcu.Await("+MIPLEVENT:0,26,1");
        Mcu.Advance(130);
        Mcu.Send("AT+MIPLNOTIFY=0,0,3200,0,5750,1,5,\"after\",0,0,2");
        Mcu.Await("+MIPLEVENT:0,26,2");
        foreach (var file in (TraceBytes[])[Json, Transcript, Capture])
            file.End();
    }

    public Mcu Mcu { get; }
    public TraceBytes Json { get; }
    public TraceBytes Transcript { get; }
    public TraceBytes Capture { get; }
}
