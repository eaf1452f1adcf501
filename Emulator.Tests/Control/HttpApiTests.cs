using System.Net;
using System.Text;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Platform;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

[TestFixture]
sealed class HttpApiTests
{
    [Test]
    public async Task A_request_arrives_whole_and_its_answer_goes_back()
    {
        ApiRequest? seen = null;
        await using var api = await HttpApi.StartAsync("127.0.0.1", 0, (request, _) =>
        {
            seen = request;
            return Task.FromResult(new ApiAnswer(1, 200, """{"errno":0,"error":"成功"}"""));
        });
        using var client = new HttpClient { BaseAddress = new Uri($"http://{api.Address}") };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/nbiot/execute?imei=1&args=a%26b")
        {
            Content = new StringContent("""{"args":"ping"}"""),
        };
        message.Headers.Add("API-Key", "k=");

        using var response = await client.SendAsync(message);

        var body = await response.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(body, Is.EqualTo("""{"errno":0,"error":"成功"}"""));
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
            Assert.That(seen!.Method, Is.EqualTo("POST"));
            Assert.That(seen.Path, Is.EqualTo("/nbiot/execute"));
            Assert.That(seen.Query["args"], Is.EqualTo("a&b"));
            Assert.That(seen.Header("api-key"), Is.EqualTo("k="));
            Assert.That(Encoding.UTF8.GetString(seen.Body.Span), Is.EqualTo("""{"args":"ping"}"""));
        });
    }

    [Test]
    public async Task A_busy_port_is_named()
    {
        await using var first = await HttpApi.StartAsync("127.0.0.1", 0, Refuse);

        Assert.That(
            async () => await HttpApi.StartAsync("127.0.0.1", first.Address.Port, Refuse),
            Throws.TypeOf<HttpPortException>().With.Message.Contains($"127.0.0.1:{first.Address.Port}"));
    }

    [Test]
    public async Task A_body_over_the_limit_is_refused()
    {
        await using var api = await HttpApi.StartAsync("127.0.0.1", 0, Refuse, new HttpApiOptions { MaxBodyBytes = 100 });
        using var client = new HttpClient();
        using var content = new ByteArrayContent(new byte[101]);

        using var response = await client.PostAsync(new Uri($"http://{api.Address}/devices"), content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task Health_readiness_and_version_need_no_key()
    {
        await using var api = await HttpApi.StartAsync(
            "localhost", 0, Refuse, new HttpApiOptions { IsReady = () => false, Version = "1.2.3" });
        using var client = new HttpClient { BaseAddress = new Uri($"http://{api.Address}") };

        var health = await client.GetStringAsync(new Uri("/healthz", UriKind.Relative));
        var version = await client.GetStringAsync(new Uri("/version", UriKind.Relative));
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative));

        Assert.Multiple(() =>
        {
            Assert.That(health, Is.EqualTo("""{"status":"ok"}"""));
            Assert.That(version, Is.EqualTo("""{"version":"1.2.3"}"""));
            Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        });
    }

    static Task<ApiAnswer> Refuse(ApiRequest request, CancellationToken cancellation) =>
        Task.FromResult(new ApiAnswer(1, 200, $$"""{"errno":1,"error":"{{request.Path}}"}"""));
}
