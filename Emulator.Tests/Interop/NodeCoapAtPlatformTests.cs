using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>node-coap as an independent LwM2M client at the local OneNET, with answers on the acknowledgement or apart from it.</summary>
[TestFixture(10_000), TestFixture(1)]
[Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.Self)]
sealed class NodeCoapAtPlatformTests(int piggybackMilliseconds)
{
    const string Links = "application/link-format";
    const string Tlv = "application/vnd.oma.lwm2m+tlv";
    const string Temperature = "E41644" + "41A40000"; // resource 5700, 20.5 as a 32-bit float
    const string Unit = "E31645" + "43656C"; // resource 5701, "Cel"

    Folder _folder = null!;
    BuiltProgram _program = null!;
    NodePeer _node = null!;
    string _location = "";
    string _device = "";
    JsonElement _observation;

    [OneTimeSetUp]
    public void Start()
    {
        _folder = new Folder();
        _node = new NodePeer(piggybackMilliseconds);
        _program = BuiltProgram.StartOnPty(_folder.At("tty"));
        _ = _program.Ready;
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _program?.Dispose();
        _node?.Dispose();
        _folder?.Dispose();
    }

    /// <summary>Registers and answers what the platform asks by itself, in its order.</summary>
    [SetUp]
    public async Task Register()
    {
        var id = _node.Request(_program.Port("lwm2m"), "POST", "/rd", NodePeer.Hex("</>;rt=\"oma.lwm2m\",</0/0>,</3303/0>"),
            $"ep={BuiltProgram.Imei};{BuiltProgram.Imsi}&lt=300&b=U&lwm2m=1.0", options: NodePeer.Format(40));
        var registered = _node.AwaitResponse(id);
        Assert.That(registered.GetProperty("code").GetString(), Is.EqualTo("2.01"));
        _location = registered.GetProperty("location").GetString()!;
        Assert.That(_location, Does.Match("^/rd/[0-9a-z]+$"));

        _observation = _node.AwaitRequest("0.01", "/3303/0");
        Assert.That(_observation.GetProperty("observe").GetInt32(), Is.Zero);
        _node.Answer(_observation, "2.05", Temperature, NodePeer.Format(11542));
        var discover = _node.AwaitRequest("0.01", "/3303");
        Assert.That(discover.GetProperty("accept").GetString(), Is.EqualTo(Links));
        _node.Answer(discover, "2.05", NodePeer.Hex("</3303>,</3303/0>,</3303/0/5700>,</3303/0/5701>,</3303/0/5605>"), NodePeer.Format(40));
        var read = _node.AwaitRequest("0.01", "/3/0");
        Assert.That(read.GetProperty("accept").GetString(), Is.EqualTo(Tlv));
        _node.Answer(read, "4.04");
        var devices = await _program.CallAsync(HttpMethod.Get, "/devices");
        _device = devices.GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString()!;
    }

    [TearDown]
    public void Deregister()
    {
        var id = _node.Request(_program.Port("lwm2m"), "DELETE", _location);
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.02"));
    }

    [Test]
    public async Task Notifications_in_tlv_become_datapoints()
    {
        _node.Answer(_observation, "2.05", Temperature + Unit, NodePeer.Format(11542));
        _node.AwaitDatagram("ACK", "0.00");
        Assert.That(await ValueAsync("3303_0_5700"), Is.EqualTo("20.5"));
        Assert.That(await ValueAsync("3303_0_5701"), Is.EqualTo("Cel"));
    }

    [Test]
    public async Task An_observation_of_one_resource_is_notified_in_text()
    {
        var call = _program.CallAsync(
            HttpMethod.Post, $"/nbiot/observe?imei={BuiltProgram.Imei}&obj_id=3303&obj_inst_id=0&res_id=5701&cancel=false&pmin=1&pmax=60");
        var attributes = _node.AwaitRequest("0.03", "/3303/0/5701");
        Assert.That(attributes.GetProperty("query").EnumerateArray().Select(q => q.GetString()), Is.EqualTo(new[] { "pmin=1", "pmax=60" }));
        _node.Answer(attributes, "2.04");
        var observe = _node.AwaitRequest("0.01", "/3303/0/5701");
        Assert.That(observe.GetProperty("observe").GetInt32(), Is.Zero);
        _node.Answer(observe, "2.05", NodePeer.Hex("K"), NodePeer.Format(0));
        Assert.That(Errno(await call), Is.Zero);
        Assert.That(await ValueAsync("3303_0_5701"), Is.EqualTo("K"));

        _node.Answer(observe, "2.05", NodePeer.Hex("°C"), NodePeer.Format(0));
        _node.AwaitDatagram("ACK", "0.00");
        Assert.That(await ValueAsync("3303_0_5701"), Is.EqualTo("°C"));
    }

    [Test]
    public async Task A_read_through_the_api_is_answered_in_tlv_or_text_or_refused()
    {
        var call = _program.ReadAsync("/3303/0");
        var read = _node.AwaitRequest("0.01", "/3303/0");
        Assert.That(read.GetProperty("accept").GetString(), Is.EqualTo(Tlv));
        Assert.That(read.GetProperty("observe").ValueKind, Is.EqualTo(JsonValueKind.Null));
        _node.Answer(read, "2.05", Temperature + Unit, NodePeer.Format(11542));
        var values = (await call).GetProperty("data")[0].GetProperty("res").EnumerateArray().Select(r => $"{r.GetProperty("res_id")}={r.GetProperty("val")}");
        Assert.That(values, Is.EqualTo(new[] { "5700=20.5", "5701=Cel" }));

        call = _program.ReadAsync("/3303/0/5701");
        _node.Answer(_node.AwaitRequest("0.01", "/3303/0/5701"), "2.05", NodePeer.Hex("Cel"), NodePeer.Format(0));
        Assert.That((await call).GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo("Cel"));

        call = _program.ReadAsync("/3303/0/5701");
        _node.Answer(_node.AwaitRequest("0.01", "/3303/0/5701"), "4.05");
        Assert.That((await call).GetProperty("error").GetString(), Is.EqualTo("METHOD_NOT_ALLOWED"));
    }

    [Test]
    public async Task Writes_and_executes_through_the_api_arrive()
    {
        var call = _program.WriteAsync("/3303/0", [new JsonObject { ["res_id"] = 5701, ["val"] = "Cel" }]);
        var write = _node.AwaitRequest("0.02", "/3303/0");
        Assert.That(write.GetProperty("format").GetString(), Is.EqualTo(Tlv));
        Assert.That(write.GetProperty("payload").GetString(), Is.EqualTo(Unit));
        _node.Answer(write, "2.04");
        Assert.That(Errno(await call), Is.Zero);

        call = _program.ExecuteAsync("/3303/0/5605", "reset");
        var execute = _node.AwaitRequest("0.02", "/3303/0/5605");
        Assert.That(execute.GetProperty("payload").GetString(), Is.EqualTo(NodePeer.Hex("reset")));
        _node.Answer(execute, "2.04");
        Assert.That(Errno(await call), Is.Zero);
    }

    /// <summary>node-coap knows a transfer by its token.</summary>
    [Test]
    public async Task A_long_write_comes_in_blocks_and_a_long_answer_goes_so()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i:D4}"));
        var call = _program.WriteAsync("/3303/0", [new JsonObject { ["res_id"] = 5701, ["val"] = text }]);
        var write = _node.AwaitRequest("0.02", "/3303/0");
        Assert.That(write.GetProperty("payload").GetString(), Is.EqualTo("F01645" + "0640" + NodePeer.Hex(text)));
        _node.Answer(write, "2.04");
        Assert.That(Errno(await call), Is.Zero);

        call = _program.ReadAsync("/3303/0/5701");
        _node.Answer(_node.AwaitRequest("0.01", "/3303/0/5701"), "2.05", NodePeer.Hex(text), NodePeer.Format(0));
        var answer = await call;
        Assert.That(Errno(answer), Is.Zero, answer.ToString());
        Assert.That(answer.GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo(text));
    }

    async Task<string?> ValueAsync(string stream)
    {
        var streams = await _program.CallAsync(HttpMethod.Get, $"/devices/{_device}/datastreams");
        return streams.GetProperty("data").EnumerateArray().Where(s => s.GetProperty("id").GetString() == stream)
            .Select(s => s.GetProperty("current_value").ToString()).SingleOrDefault();
    }

    static int Errno(JsonElement answer) => answer.GetProperty("errno").GetInt32();
}
