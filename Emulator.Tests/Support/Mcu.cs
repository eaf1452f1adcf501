using System.Text;
using System.Text.Json;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Support;

/// <summary>
/// The MCU's side of a memory line in virtual time, with the platform's HTTP API at hand: sends command lines and
/// reads the module's lines in order. Empty lines are skipped; exact bytes are in <see cref="Raw"/>.
/// </summary>
sealed class Mcu
{
    /// <summary>Of every module unless a test sets another.</summary>
    public const string Imei = "869975030000461";

    readonly Queue<string> _lines = new();
    string _rest = "";

    public Mcu(VirtualWorldOptions? options = null) => World = new VirtualWorld(WithCheck(options ?? new VirtualWorldOptions()));

    public VirtualWorld World { get; }

    /// <summary>Everything the module has printed, one character per byte.</summary>
    public string Raw { get; private set; } = "";

    /// <summary>Sends a command with its CR.</summary>
    public void Send(string command)
    {
        World.Line.Send(Encoding.Latin1.GetBytes(command + "\r"));
        Collect();
    }

    /// <summary>Sends a command and takes all lines up to its final one; time does not pass.</summary>
    public string[] Command(string command)
    {
        Send(command);
        List<string> lines = [];
        while (_lines.TryDequeue(out var line))
        {
            lines.Add(line);
            if (IsFinal(line))
                break;
        }
        return [.. lines];
    }

    /// <summary>Waits in core time for the very next line.</summary>
    public string Next(double withinSeconds = 60)
    {
        World.RunUntil(() => { Collect(); return _lines.Count > 0; }, TimeSpan.FromSeconds(withinSeconds));
        return _lines.TryDequeue(out var line) ? line : $"(nothing within {withinSeconds} s)";
    }

    /// <summary>Waits for a line that starts so, skipping others.</summary>
    public string Await(string start, double withinSeconds = 60)
    {
        var end = World.Now + TimeSpan.FromSeconds(withinSeconds);
        List<string> skipped = [];
        while (true)
        {
            var line = Next((end - World.Now).TotalSeconds);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
            skipped.Add(line);
            if (World.Now >= end)
                throw new AssertionException($"No '{start}' within {withinSeconds} s; came: {string.Join(" | ", skipped)}");
        }
    }

    /// <summary>Takes the lines that are there without letting time pass.</summary>
    public string[] Take()
    {
        Collect();
        var taken = _lines.ToArray();
        _lines.Clear();
        return taken;
    }

    public void Advance(double seconds)
    {
        World.Advance(TimeSpan.FromSeconds(seconds));
        Collect();
    }

    /// <summary>Starts an HTTP API call, such as GET /nbiot?imei=…&amp;obj_id=3200.</summary>
    public long Call(string method, string pathAndQuery, string? body = null) => Call(method, pathAndQuery, Encoding.UTF8.GetBytes(body ?? ""));

    public long Call(string method, string pathAndQuery, byte[] body)
    {
        var question = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? pathAndQuery : pathAndQuery[..question];
        var query = question < 0 ? [] : pathAndQuery[(question + 1)..].Split('&').Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
        var headers = new Dictionary<string, string> { ["api-key"] = VirtualWorldOptions.DefaultApiKey };
        return World.Call(new ApiRequest(method, path, query, headers, body));
    }

    /// <summary>The JSON answer of a call, waited for in core time.</summary>
    public string Answer(long call, double withinSeconds = 60)
    {
        World.RunUntil(() => World.Answer(call) is not null, TimeSpan.FromSeconds(withinSeconds));
        Collect();
        return World.Answer(call)?.Body ?? "(no answer)";
    }

    public JsonElement Json(long call) => JsonDocument.Parse(Answer(call)).RootElement;

    /// <summary>CREATE, ADDOBJ 3200/0, DISCOVERRSP, OPEN, up to and including the platform's three requests.</summary>
    public void Register(int lifetime = 3000)
    {
        Assert.That(Command("AT+MIPLCREATE"), Is.EqualTo(new[] { "+MIPLCREATE:0", "OK" }));
        Assert.That(Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo(new[] { "OK" }));
        Assert.That(Command("AT+MIPLDISCOVERRSP=0,3200,1,14,\"5500;5501;5750\""), Is.EqualTo(new[] { "OK" }));
        Assert.That(Command($"AT+MIPLOPEN=0,{lifetime},30"), Is.EqualTo(new[] { "OK" }));
        Await("+MIPLEVENT:0,6");
        Await("+MIPLREAD:0,");
    }

    void Collect()
    {
        var text = Encoding.Latin1.GetString(World.Line.Take());
        Raw += text;
        _rest += text;
        while (_rest.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            if (end > 0)
                _lines.Enqueue(_rest[..end]);
            _rest = _rest[(end + 2)..];
        }
    }

    /// <summary>Whatever a test plays, its events are those of the catalogue.</summary>
    static VirtualWorldOptions WithCheck(VirtualWorldOptions options) => options with { Taps = [.. options.Taps, new CatalogCheck()] };

    static bool IsFinal(string line) =>
        line is "OK" or "ERROR" || line.StartsWith("+CIS ERROR:", StringComparison.Ordinal) || line.StartsWith("+CME ERROR:", StringComparison.Ordinal);
}
