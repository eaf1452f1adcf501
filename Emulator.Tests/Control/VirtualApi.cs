using System.Text;
using System.Text.Json;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Drivers;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

/// <summary>A module and the local OneNET in virtual time, behind the control API and OneNET's, without HTTP between.</summary>
sealed class VirtualApi : IDisposable
{
    readonly VirtualHost _host;
    readonly ControlApi _control;

    public VirtualApi(ulong seed = 1, ModuleOptions? module = null, params IReadOnlyList<ITraceTap> taps)
    {
        module ??= new ModuleOptions();
        var options = new HostOptions { Seed = seed, Module = module, Platform = VirtualWorld.DefaultPlatform(module), Taps = [new CatalogCheck(), .. taps] };
        _host = new VirtualHost(options, Serilog.Core.Logger.None);
        _control = new ControlApi(VirtualWorldOptions.DefaultApiKey, _host, _host, _host);
        _host.Start();
    }

    public const string At = "/v1/modules/0/at";

    /// <summary>The answer of a POST, which must have that status.</summary>
    public async Task<JsonElement> PostAsync(string path, string body, int status = 200)
    {
        var answer = await CallAsync("POST", path, body);
        Assert.That(answer.Status, Is.EqualTo(status), answer.Body);
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse((await CallAsync("GET", path, "")).Body).RootElement;

    public Task<ApiAnswer> CallAsync(string method, string pathAndQuery, string body, CancellationToken cancellation = default)
    {
        var parts = pathAndQuery.Split('?');
        var query = parts.Length < 2 ? [] : parts[1].Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        var request = new ApiRequest(method, parts[0], query, new Dictionary<string, string> { ["api-key"] = VirtualWorldOptions.DefaultApiKey }, Encoding.UTF8.GetBytes(body));
        return ControlApi.Owns(request) ? _control.CallAsync(request, cancellation) : _host.CallAsync(request, cancellation);
    }

    /// <summary>Sends a command; answers its lines, joined by a blank.</summary>
    public async Task<string> CommandAsync(string command, string? until = null)
    {
        var body = new System.Text.Json.Nodes.JsonObject { ["line"] = command };
        if (until is not null)
            body["until"] = until;
        return Lines(await PostAsync(At, body.ToJsonString()));
    }

    public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();

    public static string Lines(JsonElement answer) => string.Join(' ', answer.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("text").GetString()));

    /// <summary>The last line there is, by its number.</summary>
    public async Task<long> LastLineAsync() => (await GetAsync(At)).GetProperty("lines").EnumerateArray().Last().GetProperty("number").GetInt64();

    public async Task RegisterAsync(int lifetime = 3000, bool updates = false)
    {
        Assert.That(await CommandAsync("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        Assert.That(await CommandAsync("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(await CommandAsync("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\""), Is.EqualTo("OK"));
        if (updates)
            Assert.That(await CommandAsync("AT+MIPLUPDATESET=0,1"), Is.EqualTo("OK"));
        Assert.That(await CommandAsync($"AT+MIPLOPEN=0,{lifetime},30", until: "+MIPLREAD:{R}"), Does.StartWith("OK ").And.Contain(" +MIPLEVENT:0,6 "));
    }
}
