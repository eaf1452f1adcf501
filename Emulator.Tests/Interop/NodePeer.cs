using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>node-coap as server and client on one UDP socket; everything it reports is what node-coap itself decoded.</summary>
sealed class NodePeer : ChildProcess
{
    int _requests;

    /// <param name="piggybackMilliseconds">After this long without an answer a request is acknowledged and answered separately.</param>
    public NodePeer(int piggybackMilliseconds = 10_000)
        : base(InteropTools.Node(), [InteropTools.PeerScript(), piggybackMilliseconds.ToString(CultureInfo.InvariantCulture)]) =>
        Port = Await("listening").GetProperty("port").GetInt32();

    public int Port { get; }

    public static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    /// <summary>The next request to that path with that method code, such as "0.02" for POST.</summary>
    public JsonElement AwaitRequest(string code, string path) =>
        Await("request", e => e.GetProperty("code").GetString() == code && e.GetProperty("path").GetString() == path, $"request {code} {path}");

    public JsonElement AwaitResponse(int id) => Await("response", e => e.GetProperty("id").GetInt32() == id, $"response {id}");

    public JsonElement AwaitNotification(int id) => Await("notification", e => e.GetProperty("id").GetInt32() == id, $"notification of {id}");

    /// <summary>The next datagram of that type; code "0.00" is an empty message.</summary>
    public JsonElement AwaitDatagram(string type, string code) =>
        Await("datagram", e => e.GetProperty("type").GetString() == type && e.GetProperty("code").GetString() == code, $"{type} {code}");

    /// <summary>Answers a request, or sends the next notification of an observation.</summary>
    public void Answer(JsonElement request, string code, string payload = "", JsonObject? options = null) => Tell(new JsonObject
    {
        ["op"] = "answer",
        ["n"] = request.GetProperty("n").GetInt32(),
        ["code"] = code,
        ["payload"] = payload,
        ["options"] = options,
    });

    /// <summary>Sends a confirmable request; answers the id that its response carries.</summary>
    public int Request(int port, string method, string path, string payload = "", string? query = null, bool observe = false, JsonObject? options = null)
    {
        var id = ++_requests;
        Tell(new JsonObject
        {
            ["op"] = "request",
            ["id"] = id,
            ["port"] = port,
            ["method"] = method,
            ["path"] = path,
            ["query"] = query,
            ["observe"] = observe,
            ["options"] = options,
            ["payload"] = payload,
        });
        return id;
    }

    /// <summary>Forgets an observation: what it still gets is answered with RST.</summary>
    public void Forget(int id, bool deregister = false) => Tell(new JsonObject { ["op"] = "forget", ["id"] = id, ["deregister"] = deregister });

    public void SendRaw(int port, string hex) => Tell(new JsonObject { ["op"] = "raw", ["port"] = port, ["bytes"] = hex });

    public static JsonObject Format(int format) => new() { ["Content-Format"] = format };

    void Tell(JsonObject command)
    {
        Input.WriteLine(command.ToJsonString());
        Input.Flush();
    }

    JsonElement Await(string name, Func<JsonElement, bool>? matches = null, string? what = null)
    {
        JsonElement found = default;
        Output.Await(line =>
        {
            found = JsonDocument.Parse(line).RootElement;
            if (found.GetProperty("event").GetString() == "failed")
                throw new AssertionException($"node-coap: {line}");
            return found.GetProperty("event").GetString() == name && (matches is null || matches(found));
        }, what ?? name);
        return found;
    }
}
