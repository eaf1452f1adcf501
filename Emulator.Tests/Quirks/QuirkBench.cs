using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Marks the test that shows a quirk both ways: its cases begin with false (off) and true (on).</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ForQuirkAttribute(Quirk quirk) : Attribute
{
    public Quirk Quirk { get; } = quirk;
}

/// <summary>Modules with one quirk on or off.</summary>
static class QuirkBench
{
    /// <summary>The payload of a report of 5750 = "test" in instance 0, and its one resource alone.</summary>
    public const string InstancePayload = "0700" + ResourcePayload;
    public const string ResourcePayload = "E4167674657374";

    public static Mcu McuWith(Quirk quirk, bool on) =>
        new(new VirtualWorldOptions { Module = new ModuleOptions { Quirks = on ? new QuirkSet([quirk]) : QuirkSet.None } });

    /// <summary>Registered for a day at a server that asks for nothing by itself.</summary>
    public static (Mcu Mcu, FakeServer Server) Registered(Quirk quirk, bool on)
    {
        var mcu = McuWith(quirk, on);
        return (mcu, FakeServer.Register(mcu, 86400));
    }

    /// <summary>Registered, with an observation of instance 0.</summary>
    public static (Mcu Mcu, FakeServer Server) Observed(Quirk quirk, bool on)
    {
        var (mcu, server) = Registered(quirk, on);
        server.Observe("3200/0");
        mcu.Take();
        return (mcu, server);
    }

    public static string Hex(CoapMessage message) => Convert.ToHexString(CoapCodec.Encode(message));

    /// <summary>Sends a command, lets its datagrams travel and takes all lines.</summary>
    public static string AskAndWait(Mcu mcu, string command, double seconds = 1)
    {
        mcu.Send(command);
        mcu.Advance(seconds);
        return mcu.Lines();
    }
}
