using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class RobustnessTests
{
    static readonly string[] Paths =
    [
        "/devices", "/devices/status?devIds=1", "/nbiot?imei=869975030000461&obj_id=3303&obj_inst_id=0&mode=2",
        "/nbiot/execute?imei=869975030000461&obj_id=3303&obj_inst_id=0&res_id=1", "/nbiot/device/accpsk?imei=869975030000461",
    ];

    static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ":", ",", "\"data\"", "\"res_id\"", "\"val\"", "\"auth_info\"", "\"type\"", "\"args\"", "\"key\"",
        "1", "-1", "1e999", "5.5", "9999999999999999999", "null", "true", "\"\\uD800\"", "\"869975030000499\"", "\"x\"", "//c\n", "\xFF",
    ];

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Random_datagrams_never_throw(bool bootstrap, byte[] bytes)
    {
        var fixture = new PlatformFixture();

        fixture.Platform.HandleDatagram(
            TimeSpan.Zero, bootstrap ? OneNetPort.Bootstrap : OneNetPort.Lwm2m, new IPEndPoint(IPAddress.Loopback, 4000), bytes);
        fixture.Run();
        fixture.Advance(TimeSpan.FromMinutes(10));

        Assert.That(fixture.Platform.TryTakeDatagram(out _), Is.False);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Mutated_conversations_never_throw(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Bootstrap();
        board.Register("</3303/0>");
        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("0700E4167674657374"), confirmable: true);
        var corpus = board.Sent.ToArray();

        for (var i = 0; i < 50; i++)
        {
            var bytes = corpus[random.Next(corpus.Length)].ToArray();
            for (var n = random.Next(3) + 1; n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var port = (OneNetPort)random.Next(2);
            fixture.Platform.HandleDatagram(fixture.Now, port, board.Address, bytes.AsSpan(0, bytes.Length - random.Next(4)));
            fixture.Run();
        }

        Assert.That(fixture.Call("GET", "/devices"), Does.StartWith("{\"errno\":0"));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Random_bodies_are_always_answered_in_json(NonNegativeInt path, int[] picks, bool post)
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register("</3303/0>");
        var body = string.Concat(picks.Select(p => Fragments[(int)((uint)p % Fragments.Length)]));

        var answer = fixture.Call(post ? "POST" : "PUT", Paths[path.Get % Paths.Length], body);

        Assert.That(() => JsonDocument.Parse(answer!).RootElement.GetProperty("errno").GetInt32(), Throws.Nothing);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Raw_bytes_as_a_body_are_answered(byte[] body)
    {
        var fixture = new PlatformFixture();
        var call = fixture.Platform.Call(TimeSpan.Zero, new ApiRequest(
            "POST", "/devices", new Dictionary<string, string>(),
            new Dictionary<string, string> { ["api-key"] = PlatformFixture.ApiKey },
            Encoding.UTF8.GetBytes("{\"x\":\"").Concat(body).ToArray()));
        fixture.Run();

        Assert.That(fixture.AnswerTo(call), Does.StartWith("{\"errno\":3"));
    }
}
