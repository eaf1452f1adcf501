using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Objects;
using NUnit.Framework;
using static M531x.Emulator.Tests.Client.ClientBench;

namespace M531x.Emulator.Tests.Client;

/// <summary>Bootstrap request, Register, Update and Deregister as OneNET sees them, to the byte.</summary>
public sealed class SessionBytesTests
{
    const string Ep = "'ep=869975030000461;460041064826326'";
    const string Lt = "'lt=3000'";
    const string Links = "'</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>'";

    [Test]
    public void Register_carries_format_endpoint_binding_and_lifetime_in_this_order()
    {
        var bench = new ClientBench();
        bench.Open();
        bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 1128 3D15{Ep} 03'b=U' 07{Lt} FF{Links}");
        bench.ExpectNoTransmit();
    }

    [Test]
    public void The_authentication_code_is_option_63_of_all_four_requests()
    {
        var bench = new ClientBench(authCode: "cmiot");
        bench.Open(bootstrap: true);
        var bootstrap = bench.ExpectBytes($"4402MMMM TTTTTTTT B2'bs' 4D15{Ep} D523'cmiot'");
        FinishBootstrap(bench, bootstrap);
        var register = bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 1128 3D15{Ep} 03'b=U' 07{Lt} D523'cmiot' FF'</>;rt=\"oma.lwm2m\",</0/0>,</0/1>,</3200/0>'");
        bench.Created(register);
        bench.Client.Update(bench.Now, null, withObjects: false);
        var update = bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 04'a1b2' 47{Lt} D523'cmiot'");
        bench.Answer(update, CoapCode.Changed);
        bench.Client.Close(bench.Now);
        bench.ExpectBytes("4404MMMM TTTTTTTT B2'rd' 04'a1b2' D527'cmiot'");
    }

    [Test]
    public void Neither_answers_nor_notifications_carry_the_authentication_code()
    {
        var bench = new ClientBench(authCode: "cmiot");
        bench.Register();
        var observed = bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("a"))], 0, confirmable: true);
        var notified = bench.TakeMessage();
        Assert.That(observed.Options.Concat(notified.Options).Select(o => o.Number), Has.None.EqualTo(CoapOptionNumber.AuthCode));
    }

    [Test]
    public void Update_always_carries_the_lifetime_and_objects_without_a_content_format()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Answer(bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 04'a1b2' 47{Lt}"), CoapCode.Changed);
        bench.Client.Objects.Put(new RegisteredObject(3303, [0, 1]));
        bench.Client.Objects.Put(new RegisteredObject(42, []));
        bench.Client.Update(bench.Now, TimeSpan.FromDays(1), withObjects: true);
        bench.ExpectBytes("4402MMMM TTTTTTTT B2'rd' 04'a1b2' 48'lt=86400' FF'</>;rt=\"oma.lwm2m\",</0/0>,</42>,</3200/0>,</3303/0>,</3303/1>'");
    }

    [Test]
    public void Deregister_is_a_bare_delete_of_the_location()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Close(bench.Now);
        var deregister = bench.ExpectBytes("4404MMMM TTTTTTTT B2'rd' 04'a1b2'");
        bench.ExpectNoEvent();
        bench.Answer(deregister, CoapCode.Deleted);
        Assert.That(bench.TakeEvent<Deregistered>().Reopens, Is.False);
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Idle));
        Assert.That(bench.Client.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_deregister_does_not_wait_behind_an_unacknowledged_notification()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("a"))], 0, confirmable: true);
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("b"))], 0, confirmable: true);
        bench.TakeMessage();
        bench.Client.Close(bench.Now);
        bench.ExpectBytes("4404MMMM TTTTTTTT B2'rd' 04'a1b2'");
    }

    [Test]
    public void An_update_waits_for_the_notification_before_it()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("a"))], 0, confirmable: true);
        var notification = bench.TakeMessage();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.ExpectNoTransmit();
        bench.Receive(new CoapMessage { Type = CoapType.Acknowledgement, Code = CoapCode.Empty, MessageId = notification.MessageId });
        Assert.That(bench.TakeMessage().ToString(), Does.Contain("POST").And.Contain("/rd/a1b2?lt=3000"));
    }

    [Test]
    public void Message_ids_follow_one_another()
    {
        var bench = new ClientBench();
        bench.Open();
        var register = bench.TakeMessage();
        bench.Created(register);
        bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("a"))], 0, confirmable: false);
        bench.Client.Update(bench.Now, null, withObjects: false);
        var first = register.MessageId;
        Assert.That((bench.TakeMessage().MessageId, bench.TakeMessage().MessageId), Is.EqualTo(((ushort)(first + 1), (ushort)(first + 2))));
    }

    [TestCase(Lwm2mDialect.OneNet)]
    [TestCase(Lwm2mDialect.Lwm2m)]
    public void A_separate_response_is_acknowledged_and_its_repetition_too(Lwm2mDialect dialect)
    {
        var bench = new ClientBench(dialect);
        bench.Open();
        var register = bench.TakeMessage();
        bench.Receive(new CoapMessage { Type = CoapType.Acknowledgement, Code = CoapCode.Empty, MessageId = register.MessageId });
        bench.Advance(5);
        bench.ExpectQuiet();
        var created = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Created,
            MessageId = 0x7001,
            Token = register.Token,
            Options = [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "7")],
        };
        bench.Receive(created);
        bench.ExpectBytes("60007001");
        Assert.That(bench.TakeEvent<Registered>().Location, Is.EqualTo("rd/7"));
        bench.Receive(created);
        bench.ExpectBytes("60007001");
        bench.ExpectQuiet();
    }

    [Test]
    public void A_created_without_a_location_is_a_refusal()
    {
        var bench = new ClientBench();
        bench.Open();
        bench.Answer(bench.TakeMessage(), CoapCode.Created);
        Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(false, ClientFailure.Refused, CoapCode.Created)));
    }

    [Test]
    public void Onenets_client_takes_unauthorized_for_no_answer()
    {
        var bench = new ClientBench();
        bench.Open(timeout: 600);
        List<double> pauses = [];
        for (var attempt = 0; attempt < 5; attempt++)
        {
            bench.ExpectNoEvent();
            bench.Answer(bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 1128 3D15{Ep} 03'b=U' 07{Lt} FF{Links}"), CoapCode.Unauthorized);
            if (attempt < 4)
                pauses.Add(bench.Jump().TotalSeconds);
        }
        Assert.That(pauses, Is.EqualTo(new[] { 2.0, 4, 8, 16 }));
        Assert.That(bench.TakeEvent<OpenFailed>().Code, Is.EqualTo(CoapCode.Unauthorized));
    }

    [Test]
    public void A_standard_client_takes_unauthorized_for_a_refusal()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Open();
        bench.Answer(bench.TakeMessage(), CoapCode.Unauthorized);
        Assert.That(bench.TakeEvent<OpenFailed>().Code, Is.EqualTo(CoapCode.Unauthorized));
    }

    [Test]
    public void The_lwm2m_dialect_registers_with_the_version_and_updates_with_what_changed()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m, authCode: "cmiot");
        bench.Open();
        bench.Created(bench.ExpectBytes($"4402MMMM TTTTTTTT B2'rd' 1128 39'lwm2m=1.0' 0D15{Ep} 03'b=U' 07{Lt} FF'</>;rt=\"oma.lwm2m\",</3200/0>'"));
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Answer(bench.ExpectBytes("4402MMMM TTTTTTTT B2'rd' 04'a1b2'"), CoapCode.Changed);
        bench.Client.Update(bench.Now, TimeSpan.FromSeconds(60), withObjects: true);
        bench.Answer(bench.ExpectBytes("4402MMMM TTTTTTTT B2'rd' 04'a1b2' 1128 35'lt=60' FF'</>;rt=\"oma.lwm2m\",</3200/0>'"), CoapCode.Changed);
    }

    [Test]
    public void A_lifetime_the_server_never_confirmed_is_sent_again()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Register();
        bench.Client.Update(bench.Now, TimeSpan.FromSeconds(600), withObjects: false);
        Assert.That(bench.TakeMessage().UriQuery, Is.EqualTo(new[] { "lt=600" }));
        bench.Advance(100);
        while (bench.Client.TryTakeTransmit(bench.Now, out _))
            continue;
        bench.TakeEvent<UpdateTimedOut>();
        bench.Client.Update(bench.Now, null, withObjects: false);
        Assert.That(bench.TakeMessage().UriQuery, Is.EqualTo(new[] { "lt=600" }));
    }

    internal static void FinishBootstrap(ClientBench bench, CoapMessage bootstrap)
    {
        bench.Answer(bootstrap, CoapCode.Changed);
        var account = BootstrapTests.Account("coap://183.230.40.40:5683");
        Assert.That(bench.Request(CoapCode.Put, "0/0", [Format(CoapContentFormat.Tlv)], account, BootstrapServer).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bench.Request(CoapCode.Post, "bs", from: BootstrapServer).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bench.TakeEvent<BootstrapSucceeded>().Account.Address, Is.EqualTo(new ServerAddress("183.230.40.40", 5683)));
    }
}
