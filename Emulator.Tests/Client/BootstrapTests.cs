using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;
using static M531x.Emulator.Tests.Client.ClientBench;

namespace M531x.Emulator.Tests.Client;

public sealed class BootstrapTests
{
    /// <summary>An account as bare Resource entries.</summary>
    internal static byte[] Account(string uri, bool bootstrap = false, int? shortId = null)
    {
        List<(int, Lwm2mValue)> resources = [(0, Lwm2mValue.Of(uri)), (1, Lwm2mValue.Of(bootstrap)), (2, Lwm2mValue.Of(3L))];
        if (shortId is { } id)
            resources.Add((10, Lwm2mValue.Of((long)id)));
        return Tlv.EncodeResources(resources);
    }

    static ClientBench Bootstrapping(Lwm2mDialect dialect = Lwm2mDialect.OneNet)
    {
        var bench = new ClientBench(dialect);
        bench.Open(bootstrap: true);
        bench.Answer(bench.TakeMessage(), CoapCode.Changed);
        return bench;
    }

    static CoapMessage Command(ClientBench bench, CoapCode method, string path, byte[]? payload = null, int? format = CoapContentFormat.Tlv) =>
        bench.Request(method, path, payload is null || format is null ? [] : [Format(format.Value)], payload, BootstrapServer);

    [Test]
    public void The_request_names_the_endpoint_and_nothing_else()
    {
        var bench = new ClientBench();
        bench.Open(bootstrap: true);
        bench.ExpectBytes("4402MMMM TTTTTTTT B2'bs' 4D15'ep=869975030000461;460041064826326'");
        bench.ExpectNoTransmit();
    }

    [TestCase(Lwm2mDialect.OneNet)]
    [TestCase(Lwm2mDialect.Lwm2m)]
    public void An_account_in_blocks_is_put_together(Lwm2mDialect dialect)
    {
        var bench = Bootstrapping(dialect);
        var account = Account("coap://1.2.3.4:5683");
        CoapMessage Block(int number, bool more) => bench.Request(CoapCode.Put, "0/0",
            [Format(CoapContentFormat.Tlv), CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(number, more, 0))],
            account[(16 * number)..Math.Min(account.Length, 16 * (number + 1))], BootstrapServer);
        Assert.That(account, Has.Length.InRange(17, 32));
        Assert.That(Block(0, true).Code, Is.EqualTo(CoapCode.Continue));
        var last = Block(1, false);
        Assert.That((last.Code, last.Block1), Is.EqualTo((CoapCode.Changed, (CoapBlock?)new CoapBlock(1, false, 0))));
        Command(bench, CoapCode.Post, "bs");
        Assert.That(bench.TakeEvent<BootstrapSucceeded>().Account.Address.ToString(), Is.EqualTo("1.2.3.4:5683"));
    }

    static IEnumerable<TestCaseData> OneNetRules()
    {
        var account = Account("coap://1.2.3.4:5683");
        yield return Case("PUT of an instance", CoapCode.Put, "0/0", account, CoapCode.Changed);
        yield return Case("PUT without an instance", CoapCode.Put, "0", account, CoapCode.NotImplemented);
        yield return Case("PUT of another object without an instance", CoapCode.Put, "1", account, CoapCode.NotImplemented);
        yield return Case("PUT of the Server object", CoapCode.Put, "1/0", account, CoapCode.NotFound);
        yield return Case("PUT of an object of the MCU", CoapCode.Put, "3200/0", account, CoapCode.NotFound);
        yield return Case("PUT of nothing", CoapCode.Put, "0/0", [], CoapCode.BadRequest);
        yield return Case("PUT of half an entry", CoapCode.Put, "0/0", [0xC8, 0x00, 0x05, 0x61], CoapCode.InternalServerError);
        yield return Case("PUT of an unknown resource", CoapCode.Put, "0/0", [0xC1, 0x63, 0x01], CoapCode.Changed);
        yield return Case("GET", CoapCode.Get, "0/0", null, CoapCode.BadRequest);
        yield return Case("GET of everything", CoapCode.Get, "", null, CoapCode.BadRequest);
        yield return Case("POST of an instance", CoapCode.Post, "0/0", account, CoapCode.BadRequest);
        yield return Case("DELETE of a resource", CoapCode.Delete, "0/0/0", null, CoapCode.BadRequest);
        yield return Case("DELETE of an instance", CoapCode.Delete, "0/0", null, CoapCode.NotImplemented);
        yield return Case("DELETE of an object", CoapCode.Delete, "0", null, CoapCode.NotImplemented);
        yield return Case("DELETE of everything", CoapCode.Delete, "", null, CoapCode.BadRequest);

        static TestCaseData Case(string name, CoapCode method, string path, byte[]? payload, CoapCode answer) =>
            new TestCaseData(method, path, payload, answer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(OneNetRules))]
    public void Onenets_client_answers_each_bootstrap_command_by_rule(CoapCode method, string path, byte[]? payload, CoapCode code)
    {
        var bench = Bootstrapping();
        var answer = Command(bench, method, path, payload);
        Assert.That((answer.Type, answer.Code, answer.Payload.Length), Is.EqualTo((CoapType.Acknowledgement, code, 0)));
        Assert.That(bench.Client.State, Is.EqualTo(ClientState.AwaitBootstrapFinish));
        bench.ExpectQuiet();
    }

    [TestCase(CoapContentFormat.Tlv)]
    [TestCase(CoapContentFormat.LegacyTlv)]
    public void Both_numbers_of_tlv_are_taken(int format)
    {
        var bench = Bootstrapping();
        Assert.That(Command(bench, CoapCode.Put, "0/0", Account("coap://1.2.3.4:5683"), format).Code, Is.EqualTo(CoapCode.Changed));
        Command(bench, CoapCode.Post, "bs");
        Assert.That(bench.TakeEvent<BootstrapSucceeded>().Account.Address, Is.EqualTo(new ServerAddress("1.2.3.4", 5683)));
    }

    [Test]
    public void Onenets_client_passes_over_an_instance_wrapper()
    {
        var bench = Bootstrapping();
        var wrapped = Tlv.EncodeInstance(0, [(0, Lwm2mValue.Of("coap://1.2.3.4:5683"))]);
        Assert.That(Command(bench, CoapCode.Put, "0/0", wrapped).Code, Is.EqualTo(CoapCode.Changed));
        Command(bench, CoapCode.Post, "bs");
        Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(true, ClientFailure.NoAccount, null)));
    }

    [Test]
    public void Finish_is_answered_and_leads_to_the_registration()
    {
        var bench = Bootstrapping();
        Command(bench, CoapCode.Put, "0/0", Account("coap://183.230.40.40:5683"));
        Assert.That(Command(bench, CoapCode.Post, "bs").Code, Is.EqualTo(CoapCode.Changed));
        bench.TakeEvent<BootstrapSucceeded>();
        var register = bench.TakeTransmit();
        Assert.That(register.To, Is.EqualTo(Server));
        Assert.That(Text(register.Message!), Is.EqualTo("</>;rt=\"oma.lwm2m\",</0/0>,</0/1>,</3200/0>"));
    }

    [Test]
    public void A_command_before_the_answer_to_the_request_counts_as_that_answer()
    {
        var bench = new ClientBench();
        bench.Open(bootstrap: true);
        bench.TakeMessage();
        Assert.That(Command(bench, CoapCode.Put, "0/0", Account("coap://1.2.3.4:5683")).Code, Is.EqualTo(CoapCode.Changed));
        bench.Advance(5);
        bench.ExpectNoTransmit(); // the request is not sent again
        Command(bench, CoapCode.Post, "bs");
        bench.TakeEvent<BootstrapSucceeded>();
    }

    [Test]
    public void A_bootstrap_servers_own_account_is_not_the_one_to_register_with()
    {
        var bench = Bootstrapping();
        Command(bench, CoapCode.Put, "0/0", Account("coap://1.2.3.4:5683"));
        Command(bench, CoapCode.Put, "0/1", Account("coap://5.6.7.8:5683", bootstrap: true));
        Command(bench, CoapCode.Post, "bs");
        Assert.That(bench.TakeEvent<BootstrapSucceeded>().Account.Address.Host, Is.EqualTo("1.2.3.4"));
    }

    [TestCase(0x84)]
    [TestCase(0x80)]
    [TestCase(0x41)]
    public void Any_answer_but_changed_ends_the_bootstrap(byte code)
    {
        var bench = new ClientBench();
        bench.Open(bootstrap: true);
        bench.Answer(bench.TakeMessage(), new CoapCode(code));
        Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(true, ClientFailure.Refused, new CoapCode(code))));
    }

    [Test]
    public void A_bootstrap_that_is_never_finished_ends_with_the_time_out_of_open()
    {
        var bench = Bootstrapping();
        bench.Advance(29.999);
        bench.ExpectNoEvent();
        bench.Advance(0.001);
        Assert.That(bench.TakeEvent<OpenFailed>(), Is.EqualTo(new OpenFailed(true, ClientFailure.Timeout, null)));
        Assert.That(bench.Client.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void Opening_again_skips_the_bootstrap()
    {
        var bench = Bootstrapping();
        Command(bench, CoapCode.Put, "0/0", Account("coap://183.230.40.40:5683"));
        Command(bench, CoapCode.Post, "bs");
        bench.Created(bench.TakeMessage());
        bench.Client.Close(bench.Now);
        bench.Answer(bench.TakeMessage(), CoapCode.Deleted);
        bench.Open(bootstrap: true);
        Assert.That(bench.TakeMessage().UriPath, Is.EqualTo(new[] { "rd" }));
    }

    [Test]
    public void A_lwm2m_bootstrap_deletes_writes_discovers_and_finishes()
    {
        var bench = Bootstrapping(Lwm2mDialect.Lwm2m);
        Assert.That(Command(bench, CoapCode.Delete, "").Code, Is.EqualTo(CoapCode.Deleted));
        Assert.That(Command(bench, CoapCode.Put, "0/1", Account("coap://183.230.40.40:5683", shortId: 101)).Code, Is.EqualTo(CoapCode.Changed));
        var settings = Tlv.EncodeInstance(0, [(0, Lwm2mValue.Of(101L)), (1, Lwm2mValue.Of(120L)), (2, Lwm2mValue.Of(5L))]);
        Assert.That(Command(bench, CoapCode.Put, "1", settings).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bench.TakeEvent<ServerObjectWritten>().Items.Select(i => i.Path.ToString()), Is.EqualTo(new[] { "/1/0/0", "/1/0/1", "/1/0/2" }));

        var discovered = bench.Request(CoapCode.Get, "", [Accept(CoapContentFormat.Link)], from: BootstrapServer);
        Assert.That((discovered.Code, discovered.ContentFormat), Is.EqualTo((CoapCode.Content, (int?)40)));
        Assert.That(Text(discovered), Is.EqualTo("lwm2m=\"1.0\",</0/0>,</0/1>;ssid=101,</3200/0>"));
        Assert.That(Command(bench, CoapCode.Post, "bs").Code, Is.EqualTo(CoapCode.Changed));
        bench.TakeEvent<BootstrapSucceeded>();
        Assert.That(bench.TakeMessage().UriQuery, Does.Contain("lt=120"));
    }

    static IEnumerable<TestCaseData> CleanRules()
    {
        yield return Case("instances of the Security object", CoapCode.Put, "0", Tlv.EncodeInstance(3, [(0, Lwm2mValue.Of("coap://a:5683"))]), CoapCode.Changed);
        yield return Case("an instance that the path does not name", CoapCode.Put, "0/1", Tlv.EncodeInstance(3, [(0, Lwm2mValue.Of("coap://a:5683"))]), CoapCode.BadRequest);
        yield return Case("bare resources without an instance", CoapCode.Put, "0", Account("coap://a:5683"), CoapCode.BadRequest);
        yield return Case("an object that is not kept", CoapCode.Put, "2/0", Account("coap://a:5683"), CoapCode.NotFound);
        yield return Case("a resource cannot be deleted", CoapCode.Delete, "1/0/1", null, CoapCode.BadRequest);
        yield return Case("an instance can", CoapCode.Delete, "1/0", null, CoapCode.Deleted);

        static TestCaseData Case(string name, CoapCode method, string path, byte[]? payload, CoapCode answer) =>
            new TestCaseData(method, path, payload, answer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(CleanRules))]
    public void A_lwm2m_client_answers_each_bootstrap_command_by_rule(CoapCode method, string path, byte[]? payload, CoapCode code) =>
        Assert.That(Command(Bootstrapping(Lwm2mDialect.Lwm2m), method, path, payload).Code, Is.EqualTo(code));

    [Test]
    public void An_account_deleted_after_it_was_written_is_gone()
    {
        var bench = Bootstrapping(Lwm2mDialect.Lwm2m);
        Command(bench, CoapCode.Put, "0/1", Account("coap://1.2.3.4:5683"));
        Command(bench, CoapCode.Delete, "0/1");
        Assert.That(Command(bench, CoapCode.Post, "bs").Code, Is.EqualTo(CoapCode.NotAcceptable));
        Assert.That(bench.TakeEvent<OpenFailed>().Reason, Is.EqualTo(ClientFailure.NoAccount));
    }
}
