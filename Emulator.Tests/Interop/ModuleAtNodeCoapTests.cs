using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>The built program registers at node-coap, which plays an LwM2M server.</summary>
[TestFixture("onenet"), TestFixture("lwm2m")]
[Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.Self)]
sealed class ModuleAtNodeCoapTests(string dialect)
{
    const string Text = "text/plain";
    const string Links = "application/link-format";
    const string Abcd = "E41676" + "61626364"; // resource 5750, 4 bytes, "abcd" (LwM2M 1.0 §6.4.3)

    readonly bool _oneNet = dialect == "onenet";
    Folder _folder = null!;
    NodePeer _node = null!;
    BuiltProgram _program = null!;
    Uart _uart = null!;
    int _module;

    [OneTimeSetUp]
    public void Start()
    {
        _folder = new Folder();
        _node = new NodePeer();
        _program = BuiltProgram.StartOnPty(
            _folder.At("tty"), "--dialect", dialect, "--platform", "real", "--route", $"lwm2m.example={IPAddressOf(_node)}");
        _uart = Uart.OpenFirst(_program.ReadyText("line"));
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _uart?.Dispose();
        _program?.Dispose();
        _node?.Dispose();
        _folder?.Dispose();
    }

    [SetUp]
    public void Register()
    {
        Assert.That(_uart.Command("AT+MIPLCREATEEX=\"lwm2m.example\",0"), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        AddObjectAndOpen();
        var register = _node.AwaitRequest("0.02", "/rd");
        _module = register.GetProperty("from").GetInt32();
        _node.Answer(register, "2.01", options: new JsonObject { ["Location-Path"] = new JsonArray("rd", "n1") });
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [TearDown]
    public void Delete() => _uart.Command("AT+MIPLDELETE=0");

    [Test]
    public void Register_update_and_deregister_are_understood()
    {
        _uart.Command("AT+MIPLDELETE=0");
        _uart.Command($"AT+MIPLCREATEEX=\"127.0.0.1:{_node.Port}\",0,\"code531\"");
        AddObjectAndOpen();
        var register = _node.AwaitRequest("0.02", "/rd");
        string[] query = [$"ep={BuiltProgram.Imei};{BuiltProgram.Imsi}", "b=U", "lt=3000"];
        Assert.Multiple(() =>
        {
            Assert.That(Strings(register, "query"), Is.EqualTo(_oneNet ? query : ["lwm2m=1.0", .. query]));
            Assert.That(register.GetProperty("format").GetString(), Is.EqualTo(Links));
            Assert.That(Strings(register, "unknown"), Is.EqualTo(_oneNet ? [$"63={NodePeer.Hex("code531")}"] : Array.Empty<string>()));
            Assert.That(Payload(register), Is.EqualTo(_oneNet
                ? "</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>"
                : "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</3200/0>"));
        });
        _node.Answer(register, "2.01", options: new JsonObject { ["Location-Path"] = new JsonArray("rd", "a/b c") });
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));

        Assert.That(_uart.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        var update = _node.AwaitRequest("0.02", "/rd/a/b c");
        Assert.That(Strings(update, "query"), Is.EqualTo(_oneNet ? ["lt=3000"] : Array.Empty<string>()));
        Assert.That(Payload(update), Is.Empty);
        _node.Answer(update, "2.04");
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));

        Assert.That(_uart.Command("AT+MIPLUPDATE=0,600,1"), Is.EqualTo("OK"));
        update = _node.AwaitRequest("0.02", "/rd/a/b c");
        Assert.That(Strings(update, "query"), Is.EqualTo(new[] { "lt=600" }));
        Assert.That(update.GetProperty("format").GetString(), Is.EqualTo(_oneNet ? null : Links));
        Assert.That(Payload(update), Is.EqualTo(Payload(register)));
        _node.Answer(update, "2.04");
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));

        Assert.That(_uart.Command("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        _node.Answer(_node.AwaitRequest("0.04", "/rd/a/b c"), "2.02");
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void An_observation_notifies_confirmably_or_not_and_ends_with_a_reset()
    {
        var id = Observe();

        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo("OK"));
        Assert.That(_node.AwaitDatagram("NON", "2.05").GetProperty("from").GetInt32(), Is.EqualTo(_module));
        AssertNotification(id, 1, _oneNet ? "0700" + Abcd : Abcd);

        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,7"), Is.EqualTo("OK"));
        _node.AwaitDatagram("CON", "2.05");
        AssertNotification(id, 2, _oneNet ? "0700" + Abcd : Abcd);
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,26,7"));

        _node.Forget(id);
        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,8"), Is.EqualTo("OK"));
        _node.AwaitDatagram("CON", "2.05");
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,25,8"), "node-coap answered with RST");
        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,9"), Is.EqualTo("OK"));
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,25,9"), "the observation is gone");
    }

    [Test]
    public void An_observation_is_cancelled_with_observe_1()
    {
        var id = Observe();
        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo("OK"));
        AssertNotification(id, 1, _oneNet ? "0700" + Abcd : Abcd);

        _node.Forget(id, deregister: true);

        Assert.That(_uart.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,0,3200,0,-1$"));
        _node.AwaitDatagram("ACK", "2.05");
    }

    [Test]
    public void Reads_at_every_level_carry_text_or_tlv()
    {
        var id = _node.Request(_module, "GET", "/3200/0/5750");
        AnswerRead("3200,0,5750");
        var response = _node.AwaitResponse(id);
        Assert.That(response.GetProperty("code").GetString(), Is.EqualTo("2.05"));
        Assert.That(response.GetProperty("format").GetString(), Is.EqualTo(Text));
        Assert.That(Payload(response), Is.EqualTo("abcd"));

        id = _node.Request(_module, "GET", "/3200/0", options: new JsonObject { ["Accept"] = 11542 });
        AnswerRead("3200,0,-1");
        response = _node.AwaitResponse(id);
        AssertTlv(response, _oneNet ? "0700" + Abcd : Abcd);

        id = _node.Request(_module, "GET", "/3200");
        AnswerRead("3200,-1,-1");
        AssertTlv(_node.AwaitResponse(id), "0700" + Abcd);

        id = _node.Request(_module, "GET", "/3200/0/5750");
        Assert.That(_uart.Command($"AT+MIPLREADRSP=0,{_uart.Fields("MIPLREAD")[1]},15"), Is.EqualTo("OK"));
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("4.06"));

        id = _node.Request(_module, "GET", "/3999/0");
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("4.04"));
    }

    [Test]
    public void A_discover_lists_links()
    {
        var id = _node.Request(_module, "GET", "/3200", options: new JsonObject { ["Accept"] = 40 });
        Assert.That(_uart.Next(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3200$"));
        var response = _node.AwaitResponse(id);
        Assert.That(response.GetProperty("format").GetString(), Is.EqualTo(Links));
        Assert.That(Payload(response), Is.EqualTo("</3200>,</3200/0>,</3200/0/5750>"));
    }

    [Test]
    public void Writes_and_executes_reach_the_mcu()
    {
        // Declares the resource a string, else written TLV bytes are shown as opaque.
        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo("OK"));

        var id = _node.Request(_module, "PUT", "/3200/0/5750", NodePeer.Hex("new"), options: NodePeer.Format(0));
        AnswerChange("MIPLWRITE", "3200,0,5750,1,3,new,0");
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.04"));

        id = _node.Request(_module, "POST", "/3200/0", Abcd, options: NodePeer.Format(11542));
        AnswerChange("MIPLWRITE", "3200,0,5750,1,4,abcd,0");
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.04"));

        id = _node.Request(_module, "POST", "/3200/0/5750", NodePeer.Hex("reset"));
        AnswerChange("MIPLEXECUTE", "3200,0,5750,5,\"reset\"");
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.04"));

        id = _node.Request(_module, "PUT", "/3200/0/5750", query: "pmin=18&pmax=90");
        Assert.That(_uart.Next(), Does.Match(@"^\+MIPLPARAMETER:0,\d+,3200,0,5750,15,""pmin=18;pmax=90""$"));
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.04"));
    }

    [Test]
    public void A_block1_write_is_put_together_and_shown_in_pieces()
    {
        Assert.That(_uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo("OK"));
        var text = string.Concat(Enumerable.Range(0, 300).Select(i => $"{i:D4}"));

        var id = _node.Request(_module, "PUT", "/3200/0/5750", NodePeer.Hex(text),
            options: new JsonObject { ["Content-Format"] = 0, ["Block1"] = new JsonObject { ["hex"] = "05" } });

        List<string> pieces = [];
        for (var flag = 1; flag != 0;)
        {
            var fields = _uart.Fields("MIPLWRITE");
            pieces.Add(fields[7]);
            flag = int.Parse(fields[8], System.Globalization.CultureInfo.InvariantCulture);
            if (flag == 0)
                Assert.That(_uart.Command($"AT+MIPLWRITERSP=0,{fields[1]},2"), Is.EqualTo("OK"));
        }
        Assert.That(pieces.Select(p => p.Length), Is.EqualTo(new[] { 512, 512, 176 }));
        Assert.That(string.Concat(pieces), Is.EqualTo(text));
        Assert.That(_node.AwaitResponse(id).GetProperty("code").GetString(), Is.EqualTo("2.04"));
    }

    [Test]
    public void A_ping_is_answered_with_reset()
    {
        _node.SendRaw(_module, "4000F531");
        Assert.That(_node.AwaitDatagram("RST", "0.00").GetProperty("mid").GetInt32(), Is.EqualTo(0xF531));
    }

    [Test]
    public void A_stranger_is_not_answered()
    {
        using var stranger = new NodePeer();
        stranger.SendRaw(_module, "4000F531");
        stranger.SendRaw(_module, "4401F532A1A2A3A4B43332303001303435373530");
        _node.SendRaw(_module, "4000F533");
        Assert.That(_node.AwaitDatagram("RST", "0.00").GetProperty("mid").GetInt32(), Is.EqualTo(0xF533), "the module has come past them");
        Assert.That(stranger.Output.All, Has.Length.EqualTo(1), "listening alone");
    }

    [Test]
    public void A_refused_registration_is_event_7_and_an_unknown_one_on_update_ends_or_renews_it()
    {
        Assert.That(_uart.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        _node.Answer(_node.AwaitRequest("0.02", "/rd/n1"), "4.04");
        if (_oneNet)
        {
            Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,31"));
            Assert.That(_uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        }
        _node.Answer(_node.AwaitRequest("0.02", "/rd"), "4.03");
        Assert.That(_uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    void AddObjectAndOpen()
    {
        Assert.That(_uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(_uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\""), Is.EqualTo("OK"));
        Assert.That(_uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
    }

    /// <summary>Observes /3200/0. The first answer is empty with OneNET's dialect and carries the values with the other.</summary>
    int Observe()
    {
        var id = _node.Request(_module, "GET", "/3200/0", observe: true);
        if (!_oneNet)
            AnswerRead("3200,0,-1");
        Assert.That(_uart.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3200,0,-1$"));
        var response = _node.AwaitResponse(id);
        Assert.That(response.GetProperty("code").GetString(), Is.EqualTo("2.05"));
        Assert.That(response.GetProperty("observe").GetInt32(), Is.Zero);
        Assert.That(response.GetProperty("payload").GetString(), Is.EqualTo(_oneNet ? "" : Abcd));
        return id;
    }

    void AnswerRead(string path)
    {
        var fields = _uart.Fields("MIPLREAD");
        Assert.That(string.Join(',', fields[2..]), Is.EqualTo(path));
        Assert.That(_uart.Command($"AT+MIPLREADRSP=0,{fields[1]},1,3200,0,5750,1,4,\"abcd\",0,0"), Is.EqualTo("OK"));
    }

    void AnswerChange(string urc, string rest)
    {
        var fields = _uart.Fields(urc);
        Assert.That(string.Join(',', fields[2..]), Is.EqualTo(rest));
        Assert.That(_uart.Command($"AT+{urc}RSP=0,{fields[1]},2"), Is.EqualTo("OK"));
    }

    void AssertNotification(int id, int number, string payload)
    {
        var notification = _node.AwaitNotification(id);
        Assert.That(notification.GetProperty("observe").GetInt32(), Is.EqualTo(number));
        AssertTlv(notification, payload);
    }

    void AssertTlv(JsonElement message, string payload)
    {
        Assert.That(message.GetProperty("format").ToString(), Is.EqualTo(_oneNet ? "1542" : "application/vnd.oma.lwm2m+tlv"));
        Assert.That(message.GetProperty("payload").GetString(), Is.EqualTo(payload));
    }

    static string IPAddressOf(NodePeer node) => $"127.0.0.1:{node.Port}";

    static string Payload(JsonElement message) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromHexString(message.GetProperty("payload").GetString()!));

    static string[] Strings(JsonElement message, string name) => [.. message.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
}
