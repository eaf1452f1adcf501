using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace M531x.Emulator.Control;

/// <summary>What the HTTP port answers besides OneNET's API.</summary>
sealed record HttpApiOptions
{
    /// <summary>The longest body is the software of an MCU, with room for an error about one that is too long.</summary>
    public int MaxBodyBytes { get; init; } = 2 * OneNet.MaxMcuPackageBytes;

    /// <summary>Behind GET /readyz: 200 when true, else 503.</summary>
    public Func<bool> IsReady { get; init; } = static () => true;

    /// <summary>Behind GET /version.</summary>
    public string Version { get; init; } = typeof(HttpApi).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}

/// <summary>The HTTP address is in use or cannot be bound.</summary>
sealed class HttpPortException(string host, int port, Exception inner)
    : Exception($"cannot listen on {host}:{port}: {inner.Message}", inner)
{
    public string Host => host;
    public int Port => port;
}

/// <summary>
/// The HTTP face of the local OneNET: every request becomes an <see cref="ApiRequest"/>, every <see cref="ApiAnswer"/> JSON.
/// GET /healthz, /readyz and /version are answered here and need no api-key.
/// </summary>
sealed class HttpApi : IAsyncDisposable
{
    const string Json = "application/json";
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    readonly WebApplication _application;

    HttpApi(WebApplication application, IPEndPoint address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>Where it listens; the port is the actual one.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Starts listening; port 0 takes a free one.</summary>
    /// <param name="host">An IP address or "localhost" (127.0.0.1).</param>
    /// <param name="handler">The token is cancelled when the client goes away or the server stops.</param>
    /// <exception cref="HttpPortException">The port is busy, or the address is not this machine's.</exception>
    /// <exception cref="ArgumentException"><paramref name="host"/> is neither an address nor localhost.</exception>
    public static async Task<HttpApi> StartAsync(
        string host, int port, Func<ApiRequest, CancellationToken, Task<ApiAnswer>> handler, HttpApiOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= new HttpApiOptions();
        var address = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var parsed) ? parsed
            : throw new ArgumentException($"'{host}' is not an IP address", nameof(host));
        // Empty: no configuration from files or environment, no console logger, no Ctrl+C handler.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Listen(address, port);
        });
        var application = builder.Build();
        application.Run(context => HandleAsync(context, handler, options));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new HttpPortException(host, port, e);
        }
        return new HttpApi(application, new IPEndPoint(address, BoundPort(application)));
    }

    public async ValueTask DisposeAsync()
    {
        using var stop = new CancellationTokenSource(StopTime);
        await _application.StopAsync(stop.Token);
        await _application.DisposeAsync();
    }

    static int BoundPort(WebApplication application)
    {
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return new Uri(addresses!.Addresses.First()).Port;
    }

    static async Task HandleAsync(
        HttpContext context, Func<ApiRequest, CancellationToken, Task<ApiAnswer>> handler, HttpApiOptions options)
    {
        switch (context.Request.Path.Value)
        {
            case "/healthz":
                await WriteAsync(context, StatusCodes.Status200OK, """{"status":"ok"}""");
                return;
            case "/readyz":
                await (options.IsReady()
                    ? WriteAsync(context, StatusCodes.Status200OK, """{"status":"ready"}""")
                    : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, """{"status":"starting"}"""));
                return;
            case "/version":
                await WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["version"] = options.Version }.ToJsonString());
                return;
        }
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var answer = await handler(await ReadAsync(context, gone.Token), gone.Token);
            await WriteAsync(context, answer.Status, answer.Body);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, """{"errno":3,"error":"body too large or incomplete"}""");
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    static async Task<ApiRequest> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return new ApiRequest(
            request.Method,
            request.Path.Value ?? "/",
            request.Query.ToDictionary(q => q.Key, q => q.Value.LastOrDefault() ?? "", StringComparer.Ordinal),
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
    }

    static async Task WriteAsync(HttpContext context, int status, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>The program owns start, stop and signals.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
