using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;
using static M531x.Emulator.Tests.Conformance.StandardModule;

namespace M531x.Emulator.Tests.Conformance;

/// <summary>OMA's enabler test specification for LwM2M 1.0, cases by their number, in the lwm2m dialect without DTLS.</summary>
public sealed class InteroperabilityTests
{
    [Test]
    public void Int_0_A_client_initiated_bootstrap_ends_in_a_registration()
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Dialect = Lwm2mDialect.Lwm2m } });
        var bootstrap = new PlayedServer(mcu, VirtualWorld.BootstrapServer);
        var server = new PlayedServer(mcu);
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        var request = bootstrap.Next();
        Assert.That(request.ToString(), Does.EndWith("/bs?ep=869975030000461;460041064826326"));
        bootstrap.Answer(request, CoapCode.Changed);
        Assert.That(Code(bootstrap.Request(CoapCode.Delete, "")), Is.EqualTo("2.02"));
        var account = Tlv.EncodeResources([(0, Lwm2mValue.Of("coap://183.230.40.40:5683")), (1, Lwm2mValue.Of(false)), (2, Lwm2mValue.Of(3L)), (10, Lwm2mValue.Of(1L))]);
        Assert.That(Code(bootstrap.Request(CoapCode.Put, "0/1", "format=11542", payload: account)), Is.EqualTo("2.04"));
        var settings = Tlv.EncodeResources([(0, Lwm2mValue.Of(1L)), (1, Lwm2mValue.Of(300L)), (2, Lwm2mValue.Of(3L)), (6, Lwm2mValue.Of(true)), (7, Lwm2mValue.Of("U"))]);
        Assert.That(Code(bootstrap.Request(CoapCode.Put, "1/0", "format=11542", payload: settings)), Is.EqualTo("2.04"));
        Assert.That(Text(bootstrap.Get("", "accept=40")), Is.EqualTo("lwm2m=\"1.0\",</0/0>,</0/1>;ssid=1,</1/0>;ssid=1,</3/0>"));
        Assert.That(Code(bootstrap.Request(CoapCode.Post, "bs")), Is.EqualTo("2.04"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(server.AcceptRegister().UriQuery, Does.Contain("lt=300"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(Text(server.Get("1/0/2", "accept=0")), Is.EqualTo("3"));
        Assert.That(Text(server.Get("1/0/6", "accept=0")), Is.EqualTo("1"));
    }

    [Test]
    public void Int_101_Initial_registration()
    {
        var module = new StandardModule();
        module.Open();
        var register = module.Server.AcceptRegister();
        Assert.That(register.UriQuery, Is.EqualTo(new[] { "lwm2m=1.0", "ep=869975030000461;460041064826326", "b=U", "lt=3000" }));
        Assert.That(register.ContentFormat, Is.EqualTo(40));
        Assert.That(Text(register), Is.EqualTo("</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</3303/0>"));
        Assert.That(register.Option(CoapOptionNumber.AuthCode), Is.Null);
    }

    [Test]
    public void Int_102_A_written_lifetime_is_updated_and_later_updates_name_nothing()
    {
        var module = Registered();
        Assert.That(Code(module.Server.Request(CoapCode.Put, "1/0/1", "format=0", "20")), Is.EqualTo("2.04"));
        var update = module.Server.Next();
        Assert.That((string.Join('/', update.UriPath), string.Join('&', update.UriQuery)), Is.EqualTo(("rd/1", "lt=20")));
        module.Server.Answer(update, CoapCode.Changed);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        module.Mcu.Advance(15);
        Assert.That(module.Mcu.Command("AT+MIPLUPDATE=0,20,0"), Is.EqualTo(new[] { "OK" }));
        update = module.Server.Next();
        Assert.That(update.UriQuery, Is.Empty);
        module.Server.Answer(update, CoapCode.Changed);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        module.Mcu.Advance(15);
        Assert.That(module.Mcu.Command("AT+MIPLOPEN?"), Does.Contain("OK"));
    }

    [Test]
    public void Int_103_and_555_Disable_deregisters_and_returns_with_the_mcus_objects()
    {
        var module = Registered();
        Assert.That(Code(module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "15")), Is.EqualTo("2.04"));
        Assert.That(Code(module.Server.Request(CoapCode.Post, "1/0/4")), Is.EqualTo("2.04"));
        var deregister = module.Server.Next();
        Assert.That((deregister.Code, string.Join('/', deregister.UriPath)), Is.EqualTo((CoapCode.Delete, "rd/1")));
        module.Server.Answer(deregister, CoapCode.Deleted);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        module.Server.ExpectSilence(14.8);
        module.Server.AcceptRegister(withinSeconds: 1);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(Text(module.Server.Get("3303", "accept=40")), Is.EqualTo("</3303>,</3303/0>,</3303/0/5700>,</3303/0/5701>"));
    }

    [Test]
    public void Int_104_and_556_The_update_trigger_prolongs_the_registration()
    {
        var module = Registered(lifetime: 60);
        module.Mcu.Advance(50);
        Assert.That(Code(module.Server.Request(CoapCode.Post, "1/0/8")), Is.EqualTo("2.04"));
        var update = module.Server.Next();
        Assert.That((string.Join('/', update.UriPath), update.UriQuery.Count, update.Payload.Length), Is.EqualTo(("rd/1", 0, 0)));
        module.Server.Answer(update, CoapCode.Changed);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        module.Mcu.Advance(55);
        Assert.That(Text(module.Server.Get("3/0/0")), Is.EqualTo("CMIOT"));
    }

    [TestCase("0", "CMIOT")]
    [TestCase("1", "M5310-A")]
    [TestCase("2", Mcu.Imei)]
    public void Int_201_Basic_information_in_plain_text(string resource, string value)
    {
        var answer = Registered().Server.Get($"3/0/{resource}", "accept=0");
        Assert.That((Code(answer), answer.ContentFormat, Text(answer)), Is.EqualTo(("2.05", (int?)0, value)));
    }

    [Test]
    public void Int_203_Basic_information_in_tlv()
    {
        var answer = Registered().Server.Get("3/0", "accept=11542");
        Assert.That((Code(answer), answer.ContentFormat), Is.EqualTo(("2.05", (int?)11542)));
        Assert.That(Tlv.TryDecode(answer.Payload, out var entries), Is.True);
        Assert.That(entries.Select(e => $"{e.Kind} {e.Id}"), Is.EqualTo(new[]
        {
            "Resource 0", "Resource 1", "Resource 2", "Resource 3", "Resource 9", "Resource 10", "MultipleResource 11", "Resource 13", "Resource 16",
        }));
        Assert.That(Convert.ToHexString(entries[6].Value.Span), Is.EqualTo("410000"));
    }

    [Test]
    public void Int_205_Settings_in_plain_text_are_read_back_in_tlv()
    {
        var module = Registered();
        foreach (var (resource, value) in new[] { ("2", "101"), ("3", "1202"), ("5", "2000") })
            Assert.That(Code(module.Server.Request(CoapCode.Put, $"1/0/{resource}", "format=0", value)), Is.EqualTo("2.04"));
        Assert.That(Integers(module.Server.Get("1/0", "accept=11542")), Is.SupersetOf(new[] { "2=101", "3=1202", "5=2000" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Int_215_and_551_Settings_in_tlv(bool replace)
    {
        var module = Registered();
        var payload = Tlv.EncodeResources([(2, Lwm2mValue.Of(5L)), (3, Lwm2mValue.Of(50L)), (6, Lwm2mValue.Of(true)), (7, Lwm2mValue.Of("U"))]);
        Assert.That(Code(module.Server.Request(replace ? CoapCode.Put : CoapCode.Post, "1/0", "format=11542", payload: payload)), Is.EqualTo("2.04"));
        Assert.That(Integers(module.Server.Get("1/0", "accept=11542")), Is.SupersetOf(new[] { "0=1", "1=3000", "2=5", "3=50", "6=1" }));
    }

    [Test]
    public void A_write_of_several_settings_is_all_or_nothing()
    {
        var module = Registered();
        var payload = Tlv.EncodeResources([(2, Lwm2mValue.Of(5L)), (0, Lwm2mValue.Of(9L))]);
        Assert.That(Code(module.Server.Request(CoapCode.Put, "1/0", "format=11542", payload: payload)), Is.EqualTo("4.05"));
        Assert.That(Text(module.Server.Get("1/0/2")), Is.EqualTo("1"));
    }

    [Test]
    public void Int_241_Reboot_is_answered_before_the_module_goes_down()
    {
        var module = Registered();
        Assert.That(Code(module.Server.Request(CoapCode.Post, "3/0/4")), Is.EqualTo("2.04"));
        Assert.That(module.Mcu.Await("REBOOT_CAUSE"), Does.EndWith("APPLICATION_AT"));
        module.Mcu.Advance(10);
        module.Mcu.Take();
        module.Open();
        Assert.That(module.Server.AcceptRegister().UriQuery, Does.Contain("lwm2m=1.0"));
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [Test]
    public void Int_260_Discover_shows_attributes_where_they_were_written()
    {
        var module = Registered();
        const string Resources = "</3/0/0>,</3/0/1>,</3/0/2>,</3/0/3>,</3/0/4>,</3/0/9>{0},</3/0/10>,</3/0/11>;dim=1,</3/0/13>,</3/0/16>";
        Assert.That(Text(module.Server.Get("3", "accept=40")), Is.EqualTo($"</3>,</3/0>,{Resources}".Replace("{0}", "", StringComparison.Ordinal)));
        Assert.That(Code(module.Server.Request(CoapCode.Put, "3/0", "query=pmin=10 query=pmax=200")), Is.EqualTo("2.04"));
        Assert.That(Code(module.Server.Request(CoapCode.Put, "3/0/9", "query=lt=10 query=gt=90 query=st=5")), Is.EqualTo("2.04"));
        Assert.That(Text(module.Server.Get("3", "accept=40")), Is.EqualTo(
            $"</3>,</3/0>;pmin=10;pmax=200,{Resources}".Replace("{0}", ";lt=10;gt=90;st=5", StringComparison.Ordinal)));
        Assert.That(Text(module.Server.Get("3/0/9", "accept=40")), Is.EqualTo("</3/0/9>;lt=10;gt=90;st=5"));
        Assert.That(module.Mcu.Take(), Is.Empty, "the MCU is not asked about the module's own objects");
    }

    [TestCase("DELETE", "3/0", "4.05")]
    [TestCase("DELETE", "3", "4.05")]
    [TestCase("POST", "3", "4.05")]
    [TestCase("POST", "3303", "4.05")]
    [TestCase("DELETE", "3303/0", "4.05")]
    [TestCase("DELETE", "0/0", "4.01")]
    [TestCase("GET", "0/0/0", "4.01")]
    [TestCase("PUT", "0/0/0", "4.01")]
    [TestCase("GET", "3/0/4", "4.05")]
    [TestCase("GET", "3/0/99", "4.04")]
    [TestCase("GET", "3/1", "4.04")]
    [TestCase("GET", "1/0/8", "4.05")]
    [TestCase("PUT", "3/0/0", "4.05")]
    [TestCase("PUT", "3/0/99", "4.04")]
    [TestCase("PUT", "1/0/0", "4.05")]
    [TestCase("PUT", "1/0/2", "4.00")]
    [TestCase("PUT", "1/0/7", "4.00")]
    [TestCase("POST", "3/0/0", "4.05")]
    [TestCase("POST", "1/0/99", "4.04")]
    [TestCase("GET", "4711", "4.04")]
    public void Int_680_and_685_What_is_not_allowed_is_refused_with_its_reason(string method, string path, string code)
    {
        var verb = method switch { "GET" => CoapCode.Get, "POST" => CoapCode.Post, "PUT" => CoapCode.Put, _ => CoapCode.Delete };
        var module = Registered();
        Assert.That(Code(module.Server.Request(verb, path, text: verb == CoapCode.Put ? "x" : "")), Is.EqualTo(code));
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [TestCase("3/0", "accept=0", "4.06")]
    [TestCase("3/0/0", "accept=11543", "4.06")]
    [TestCase("3/0/0", "accept=42", "4.06")]
    [TestCase("3/0/11", "accept=0", "4.06")]
    [TestCase("3/0/0", "accept=11542", "2.05")]
    [TestCase("3/0/0", "accept=1542", "2.05")]
    [TestCase("3/0/0", "", "2.05")]
    [TestCase("3/0/11", "", "2.05")]
    public void Accept_is_obeyed(string path, string options, string code) =>
        Assert.That(Code(Registered().Server.Get(path, options)), Is.EqualTo(code));

    [TestCase("1/0/2", 40, "4.15")]
    [TestCase("1/0/2", 11543, "4.15")]
    [TestCase("1/0", 0, "4.15")]
    [TestCase("3303/0/5700", 11543, "4.15")]
    public void An_unknown_content_format_is_refused(string path, int format, string code) =>
        Assert.That(Code(Registered().Server.Request(CoapCode.Put, path, $"format={format}", "1")), Is.EqualTo(code));

    static IEnumerable<string> Integers(CoapMessage message)
    {
        Assert.That(Tlv.TryDecode(message.Payload, out var entries), Is.True);
        return entries.Where(e => Tlv.TryDecodeValue(e.Value.Span, Lwm2mType.Integer, out _)).Select(e =>
        {
            Tlv.TryDecodeValue(e.Value.Span, Lwm2mType.Integer, out var value);
            return $"{e.Id}={((IntegerValue)value).Number}";
        });
    }
}
