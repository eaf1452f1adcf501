using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Conformance;

/// <summary>A module against a server played by hand, without bootstrap, on a network that never forgets it.</summary>
sealed class StandardModule
{
    public StandardModule(Lwm2mDialect dialect = Lwm2mDialect.Lwm2m)
    {
        Mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Dialect = dialect, IpAgeing = null } });
        Server = new PlayedServer(Mcu);
    }

    public Mcu Mcu { get; }
    public PlayedServer Server { get; }

    public static StandardModule Registered(Lwm2mDialect dialect = Lwm2mDialect.Lwm2m, int lifetime = 3000)
    {
        var module = new StandardModule(dialect);
        module.Open(lifetime);
        module.Server.AcceptRegister();
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        return module;
    }

    public void Open(int lifetime = 3000)
    {
        Assert.That(Mcu.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0"), Is.EqualTo(new[] { "+MIPLCREATEEX:0", "OK" }));
        Assert.That(Mcu.Command("AT+MIPLADDOBJ=0,3303,1,\"1\",2,1"), Is.EqualTo(new[] { "OK" }));
        Assert.That(Mcu.Command("AT+MIPLDISCOVERRSP=0,3303,1,9,\"5700;5701\""), Is.EqualTo(new[] { "OK" }));
        Assert.That(Mcu.Command($"AT+MIPLOPEN=0,{lifetime},30"), Is.EqualTo(new[] { "OK" }));
    }

    public static string Text(CoapMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    public static string Code(CoapMessage message) => message.Code.ToString();
}
