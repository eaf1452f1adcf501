using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Client;

public sealed class TimingTests
{
    [Test]
    public void Register_is_sent_five_times_with_doubling_pauses_and_then_given_up()
    {
        HashSet<double> firstPauses = [];
        for (ulong seed = 0; seed < 50; seed++)
        {
            var bench = new ClientBench(seed: seed);
            bench.Open(timeout: 600);
            var datagram = Convert.ToHexString(bench.TakeTransmit().Datagram.Span);
            var pause = bench.Jump().TotalSeconds;
            Assert.That(pause, Is.InRange(2.0, 3.0));
            firstPauses.Add(pause);
            for (var attempt = 1; attempt <= 4; attempt++)
            {
                Assert.That(Convert.ToHexString(bench.TakeTransmit().Datagram.Span), Is.EqualTo(datagram));
                bench.ExpectNoEvent();
                Assert.That(bench.Jump().TotalSeconds, Is.EqualTo(pause * (1 << attempt)).Within(1e-5));
            }
            bench.ExpectNoTransmit();
            Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(false, ClientFailure.Timeout, null)));
            Assert.That(bench.Client.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        }
        Assert.That(firstPauses, Has.Count.GreaterThan(40), "the first pause is drawn");
    }

    [TestCase(1)]
    [TestCase(30)]
    public void Open_ends_with_its_time_out(int seconds)
    {
        var bench = new ClientBench();
        bench.Open(timeout: seconds);
        bench.Advance(seconds - 0.001);
        bench.ExpectNoEvent();
        bench.Advance(0.001);
        Assert.That(bench.TakeEvent<OpenFailed>().Reason, Is.EqualTo(ClientFailure.Timeout));
        while (bench.Client.TryTakeTransmit(bench.Now, out _))
            continue;
        bench.Advance(1000);
        bench.ExpectQuiet();
    }

    [Test]
    public void The_time_out_covers_bootstrap_and_register_together()
    {
        var bench = new ClientBench();
        bench.Open(bootstrap: true, timeout: 30);
        var bootstrap = bench.TakeMessage();
        bench.Advance(1);
        SessionBytesTests.FinishBootstrap(bench, bootstrap);
        bench.Advance(28.999);
        bench.ExpectNoEvent();
        bench.Advance(0.001);
        Assert.That(bench.TakeEvent<OpenFailed>().InBootstrap, Is.False);
    }

    [Test]
    public void A_late_answer_to_register_changes_nothing()
    {
        var bench = new ClientBench();
        bench.Open(timeout: 1);
        var register = bench.TakeMessage();
        bench.Advance(1);
        bench.TakeEvent<OpenFailed>();
        bench.Created(register);
        bench.ExpectQuiet();
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Idle));
    }

    [TestCase(3000, 2970)]
    [TestCase(60, 30)]
    public void The_automatic_update_leaves_30_seconds_before_the_end(int lifetime, int at)
    {
        var bench = new ClientBench();
        bench.Client.AutomaticUpdate = true;
        bench.Register(lifetime);
        for (var round = 0; round < 2; round++)
        {
            Assert.That(bench.Jump().TotalSeconds, Is.EqualTo(at));
            var update = bench.TakeMessage();
            Assert.That(update.ToString(), Does.Contain($"/rd/a1b2?lt={lifetime}"));
            bench.Answer(update, CoapCode.Changed);
            Assert.That(bench.TakeEvent<UpdateSucceeded>().Automatic, Is.True);
        }
    }

    [Test]
    public void Below_60_seconds_there_is_no_automatic_update()
    {
        var bench = new ClientBench();
        bench.Client.AutomaticUpdate = true;
        bench.Register(59);
        Assert.That(bench.Jump().TotalSeconds, Is.EqualTo(59));
        bench.TakeEvent<LifetimeExpired>();
        bench.ExpectQuiet();
    }

    [Test]
    public void A_failed_automatic_update_ends_with_the_lifetime()
    {
        var bench = new ClientBench();
        bench.Client.AutomaticUpdate = true;
        bench.Register(60);
        bench.Advance(59.999);
        while (bench.Client.TryTakeTransmit(bench.Now, out var transmit))
            Assert.That(transmit.Message!.Code, Is.EqualTo(CoapCode.Post));
        bench.ExpectNoEvent();
        bench.Advance(0.001);
        bench.TakeEvent<LifetimeExpired>();
        Assert.That(bench.Client.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void Without_an_update_the_registration_ends_with_its_lifetime()
    {
        var bench = new ClientBench();
        bench.Register(3000);
        Assert.That(bench.Client.RemainingLifetime(bench.Now), Is.EqualTo(TimeSpan.FromSeconds(3000)));
        bench.Advance(2999.5);
        Assert.That(bench.Client.IsRegistered, Is.True);
        bench.Advance(0.5);
        bench.TakeEvent<LifetimeExpired>();
        Assert.That(bench.Client.RemainingLifetime(bench.Now), Is.EqualTo(TimeSpan.Zero));
        bench.ExpectNoTransmit();
    }

    [Test]
    public void An_update_starts_the_lifetime_anew_when_it_is_answered()
    {
        var bench = new ClientBench();
        bench.Register(100);
        bench.Advance(90);
        bench.Client.Update(bench.Now, TimeSpan.FromSeconds(50), withObjects: false);
        bench.Advance(1);
        bench.Answer(bench.TakeMessage(), CoapCode.Changed);
        Assert.That(bench.TakeEvent<UpdateSucceeded>().Automatic, Is.False);
        Assert.That(bench.Client.RemainingLifetime(bench.Now).TotalSeconds, Is.EqualTo(50));
        bench.Advance(49.9);
        Assert.That(bench.Client.IsRegistered, Is.True);
    }

    [Test]
    public void An_unanswered_update_is_reported_and_leaves_the_registration()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Advance(93);
        bench.TakeEvent<UpdateTimedOut>();
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Registered));
    }

    [TestCase(0x80)]
    [TestCase(0x83)]
    [TestCase(0xA0)]
    public void A_refused_update_ends_the_registration(byte code)
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Answer(bench.TakeMessage(), new CoapCode(code));
        Assert.That(bench.TakeEvent<UpdateRefused>().Code.Value, Is.EqualTo(code));
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Idle));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_server_that_forgot_the_registration_ends_it_on_onenet()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Answer(bench.TakeMessage(), CoapCode.NotFound);
        bench.TakeEvent<DeletedByServer>();
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Idle));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_server_that_forgot_the_registration_gets_a_new_one_in_the_lwm2m_dialect()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Answer(bench.TakeMessage(), CoapCode.NotFound);
        var register = bench.TakeMessage();
        Assert.That(register.UriPath, Is.EqualTo(new[] { "rd" }));
        bench.Created(register);
        bench.TakeEvent<Registered>();
        Assert.That(bench.Client.ObservedPaths, Is.Empty);
    }

    [Test]
    public void A_deregister_nobody_answers_ends_without_success()
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Client.Close(bench.Now);
        bench.Advance(93);
        bench.TakeEvent<DeregisterFailed>();
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.Idle));
    }

    [Test]
    public void Closing_while_opening_gives_up_at_once()
    {
        var bench = new ClientBench();
        bench.Open();
        bench.TakeMessage();
        bench.Client.Close(bench.Now);
        Assert.That(bench.TakeEvent<Deregistered>().Reopens, Is.False);
        bench.Advance(1000);
        bench.ExpectQuiet();
    }

    [Test]
    public void Disable_deregisters_and_comes_back_after_its_time()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Register();
        bench.Client.Disable(bench.Now, TimeSpan.FromSeconds(20));
        bench.Answer(bench.TakeMessage(), CoapCode.Deleted);
        Assert.That(bench.TakeEvent<Deregistered>().Reopens, Is.True);
        Assert.That(bench.Jump().TotalSeconds, Is.EqualTo(20));
        Assert.That(bench.TakeMessage().UriPath, Is.EqualTo(new[] { "rd" }));
    }

    [Test]
    public void Opening_by_hand_replaces_the_return_from_disable()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Register();
        bench.Client.Disable(bench.Now, TimeSpan.FromSeconds(20));
        bench.Answer(bench.TakeMessage(), CoapCode.Deleted);
        bench.TakeEvent<Deregistered>();
        bench.Open(timeout: 10);
        bench.Advance(10);
        bench.TakeEvent<OpenFailed>();
        while (bench.Client.TryTakeTransmit(bench.Now, out _))
            continue;
        bench.Advance(100);
        bench.ExpectQuiet();
    }

    [Test]
    public void An_update_wanted_while_one_is_under_way_follows_it()
    {
        var bench = new ClientBench(Lwm2mDialect.Lwm2m);
        bench.Register();
        bench.Client.Update(bench.Now, null, withObjects: false);
        bench.Client.UpdateWhenFree(bench.Now, TimeSpan.FromSeconds(77));
        var first = bench.TakeMessage();
        Assert.That(first.UriQuery, Is.Empty);
        bench.ExpectNoTransmit();
        bench.Answer(first, CoapCode.Changed);
        Assert.That(bench.TakeMessage().UriQuery, Is.EqualTo(new[] { "lt=77" }));
    }

    [Test]
    public void A_name_without_an_address_fails_the_open()
    {
        var bench = new ClientBench();
        bench.Client.Open(bench.Now, new ServerAccount(new ServerAddress("nowhere.example", 5683), IsBootstrap: true), TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        Assert.That(bench.TakeEvent<ResolveRequested>().Host, Is.EqualTo("nowhere.example"));
        bench.Client.HandleResolved(bench.Now, "other.example", null);
        bench.ExpectNoEvent();
        bench.Client.HandleResolved(bench.Now, "nowhere.example", null);
        Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(true, ClientFailure.NameNotResolved, null)));
    }
}
