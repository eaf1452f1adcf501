using M531x.Emulator.Core.World;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Fuzz;

/// <summary>What the fuzzing found, one test for each.</summary>
public sealed class FindingTests
{
    [TestCase("AT+MIPLREADRSP=0,7,1,")]
    [TestCase("AT+MIPLREADRSP=0,7,1,3200")]
    [TestCase("AT+MIPLREADRSP=0,7,1,3200,,5750,1,4,\"abcd\",0,0")]
    [TestCase("AT+MIPLREADRSP=0,7,1,3200,0,5750,1,4,\"abcd\",0")]
    [TestCase("AT+MIPLREADRSP=0,7,1,3200,0,5750,1,4,\"abcd\",0,")]
    public void A_read_response_without_all_of_its_value_is_a_syntax_error(string command)
    {
        var session = new Session(1, StartState.Registered);
        session.Mcu.Take();
        session.World.SendToModule(VirtualWorld.Lwm2mServer, CoapCodec.Encode(new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Get,
            MessageId = 7,
            Token = new byte[] { 1 },
            Options = [CoapOptions.Text(CoapOptionNumber.UriPath, "3200")],
        }));
        session.Mcu.Await("+MIPLREAD:0,7,3200");
        Assert.That(session.Mcu.Command(command), Is.EqualTo(new[] { "+CIS ERROR:601" }));
        Assert.That(session.Mcu.Command("AT+MIPLREADRSP=0,7,1,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo(new[] { "OK" }));
    }
}
