using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lwm2mServer;

[TestFixture]
sealed class RegistrationParametersTests
{
    [TestCase("ep=a;b", "b=U", "lt=3000")]
    [TestCase("lt=3000", "ep=a;b", "b=U")]
    [TestCase("b=U", "unknown=1", "lt=3000", "ep=a;b")]
    public void Queries_come_in_any_order(params string[] queries)
    {
        var read = RegistrationParameters.TryParse(Message("</1/0>", queries), out var parameters, out _);

        Assert.Multiple(() =>
        {
            Assert.That(read);
            Assert.That((parameters.Endpoint, parameters.Binding, parameters.Lifetime), Is.EqualTo(("a;b", "U", 3000L)));
        });
    }

    [TestCase("lt=0")]
    [TestCase("lt=")]
    [TestCase("lt=-5")]
    [TestCase("lt=4294967296")]
    [TestCase("lt=1x")]
    [TestCase("b=X")]
    [TestCase("ep=")]
    [TestCase("ep=a", "ep=b")]
    public void A_wrong_query_is_a_bad_request(params string[] queries)
    {
        var read = RegistrationParameters.TryParse(Message("</1/0>", queries), out _, out var fault);

        Assert.That((read, fault), Is.EqualTo((false, CoapCode.BadRequest)));
    }

    [Test]
    public void The_longest_lifetime_is_taken()
    {
        var read = RegistrationParameters.TryParse(Message("", "lt=4294967295"), out var parameters, out _);

        Assert.That((read, parameters.Lifetime), Is.EqualTo((true, 4294967295L)));
    }

    [TestCase("lwm2m=1.0", true)]
    [TestCase("lwm2m=1.1", true)]
    [TestCase("lwm2m=2.0", false)]
    public void Another_major_version_fails_its_precondition(string query, bool expected)
    {
        var read = RegistrationParameters.TryParse(Message("", query), out _, out var fault);

        Assert.Multiple(() =>
        {
            Assert.That(read, Is.EqualTo(expected));
            Assert.That(expected || fault == CoapCode.PreconditionFailed);
        });
    }

    [TestCase("</>;rt=\"oma.lwm2m\",</0/0>,</3303/1>,</3303/0>,</3336>", "0:0 3303:0,1 3336:")]
    [TestCase("</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/3/0>", "3:0")]
    [TestCase("</3200/0>;ver=\"1.1\"", "3200:0")]
    public void Links_are_read_into_objects(string links, string expected)
    {
        Assert.That(RegistrationParameters.TryParse(Message(links), out var parameters, out _));
        Assert.That(
            string.Join(' ', parameters.Objects!.Select(o => $"{o.Object}:{string.Join(',', o.Instances)}")), Is.EqualTo(expected));
    }

    [TestCase("</3303/0")]
    [TestCase("</3303/0/5700>")]
    [TestCase("</abc>")]
    [TestCase("</65536/0>")]
    [TestCase("hello")]
    public void A_broken_list_is_a_bad_request(string links)
    {
        var read = RegistrationParameters.TryParse(Message(links), out _, out var fault);

        Assert.That((read, fault), Is.EqualTo((false, CoapCode.BadRequest)));
    }

    static CoapMessage Message(string links, params string[] queries) => new()
    {
        Type = CoapType.Confirmable,
        Code = CoapCode.Post,
        MessageId = 1,
        Options = [.. queries.Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q))],
        Payload = Encoding.UTF8.GetBytes(links),
    };
}
