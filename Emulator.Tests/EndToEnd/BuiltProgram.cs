using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built m531x as a process, with its READY data and its HTTP API.</summary>
sealed class BuiltProgram : ChildProcess
{
    public const string Imei = "869975030000461";
    public const string Imsi = "460041064826326";

    readonly HttpClient _http = new();
    readonly bool _readyOnErrors;
    JsonElement? _ready;

    BuiltProgram(IEnumerable<string> arguments, bool stdio, string? folder = null, IEnumerable<(string Name, string Value)>? environment = null)
        : base(DotNet, [Dll, .. arguments], stdio, folder, environment) =>
        _readyOnErrors = stdio;

    public static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static string Dll => Path.Combine(TestContext.CurrentContext.TestDirectory, "m531x.dll");

    public static BuiltProgram Start(params string[] arguments) => new(arguments, stdio: false);

    /// <summary>In a working directory and with environment variables of its own.</summary>
    public static BuiltProgram StartIn(string folder, IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        new(arguments, stdio: false, folder, environment);

    /// <summary>With its standard streams as the line.</summary>
    public static BuiltProgram StartOnStdio(params string[] arguments) => new(["--line", "stdio:", .. arguments], stdio: true);

    /// <summary>On a pseudo-terminal behind a link, with every port chosen by the system.</summary>
    public static BuiltProgram StartOnPty(string link, params string[] arguments) =>
        Start(["--line", $"pty:{link}", "--api", "127.0.0.1:0", .. arguments]);

    /// <summary>The READY data; waits for them the first time.</summary>
    public JsonElement Ready
    {
        get
        {
            if (_ready is null)
            {
                var line = (_readyOnErrors ? Errors : Output).Await("READY ");
                _ready = JsonDocument.Parse(line["READY ".Length..]).RootElement;
            }
            return _ready.Value;
        }
    }

    public string ReadyText(string name) => Ready.GetProperty(name).GetString()!;

    public int Port(string name) => int.Parse(ReadyText(name).Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Calls the API as an application does, with the api-key that READY gave.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, JsonNode? body = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, ReadyText("api") + path);
        request.Headers.Add("api-key", ReadyText("apiKey"));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request, cancellation).WaitAsync(LineLog.Limit, cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation)).RootElement;
    }

    public Task<JsonElement> ReadAsync(string path) => CallAsync(HttpMethod.Get, $"/nbiot?imei={Imei}&{Query(path)}");

    public Task<JsonElement> WriteAsync(string path, JsonArray data) =>
        CallAsync(HttpMethod.Post, $"/nbiot?imei={Imei}&{Query(path)}&mode=2", new JsonObject { ["data"] = data });

    public Task<JsonElement> ExecuteAsync(string path, string args) =>
        CallAsync(HttpMethod.Post, $"/nbiot/execute?imei={Imei}&{Query(path)}", new JsonObject { ["args"] = args });

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    static string Query(string path)
    {
        string[] names = ["obj_id", "obj_inst_id", "res_id"];
        return string.Join('&', path.Trim('/').Split('/').Zip(names, (id, name) => $"{name}={id}"));
    }
}
