using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>
/// The determinism job: all scenarios that ship, and calls over HTTP, in processes that share nothing but the seed. Each process hashes strings its own way, so
/// that the order of a hash table shows as well as threads, cores, language and time zone.
/// </summary>
[TestFixture, Category("EndToEnd")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class SameSeedTests : IDisposable
{
    static readonly string Scenarios = Path.Combine(TestContext.CurrentContext.TestDirectory, "Scenarios");

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void The_same_seed_gives_the_same_trace_in_two_processes_and_with_any_number_of_cores()
    {
        using var one = Start("one", seed: 5, jobs: 1, ("DOTNET_PROCESSOR_COUNT", "1"), ("TZ", "UTC"), ("LANG", "C"));
        using var many = Start("many", seed: 5, jobs: 4, ("DOTNET_PROCESSOR_COUNT", "4"), ("DOTNET_gcServer", "1"), ("TZ", "Asia/Shanghai"), ("LANG", "de_DE.UTF-8"));
        using var other = Start("other", seed: 6, jobs: 2);
        var first = Results(one, "one");

        Assert.That(first, Has.Count.GreaterThanOrEqualTo(30));
        Assert.That(Results(many, "many"), Is.EqualTo(first));
        var others = Results(other, "other");
        Assert.That(others.Keys, Is.EquivalentTo(first.Keys));
        Assert.That(first.Where(f => others[f.Key].Digest == f.Value.Digest).Select(f => f.Key), Is.Empty, "not changed by another seed");
        // The digest covers the seed itself; that the course changes too shows in time-outs, which are drawn.
        Assert.That(first.Count(f => others[f.Key].CoreSeconds != f.Value.CoreSeconds), Is.Positive);
    }

    [Test]
    public async Task The_same_calls_in_virtual_time_give_the_same_files_to_the_byte([Values] bool faulty)
    {
        var first = await RunOverHttpAsync("first", seed: 9, faulty, ("DOTNET_PROCESSOR_COUNT", "1"), ("TZ", "UTC"));
        Assert.That(first["trace.jsonl"], Does.Contain("handshake.done").And.Contain("mapping.aged"));
        var second = await RunOverHttpAsync("second", seed: 9, faulty, ("DOTNET_PROCESSOR_COUNT", "4"), ("TZ", "Asia/Shanghai"));
        Assert.That(second, Is.EqualTo(first));
        var other = await RunOverHttpAsync("other", seed: 10, faulty);
        Assert.That(other["capture.pcapng"], Is.Not.EqualTo(first["capture.pcapng"]), "DTLS draws from the seed");
    }

    /// <summary>Hours of reports through DTLS, the address ageing between them; the files by their names.</summary>
    async Task<Dictionary<string, string>> RunOverHttpAsync(string name, int seed, bool faulty, params (string Name, string Value)[] environment)
    {
        string[] faults = faulty ? ["--fault", "loss,probability=0.3", "--fault", "flaky-radio"] : [];
        using var program = BuiltProgram.StartIn(_folder.At(""), environment,
            ["--line", "mem:", "--time", "virtual", "--api", "127.0.0.1:0", "--seed", Text(seed), "--trace-dir", _folder.At(name), .. faults]);
        foreach (var command in (string[])["AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "AT+MIPLOPEN=0,86400,60"])
            await SendAsync(command);
        for (var i = 0; i < 20; i++)
        {
            await program.CallAsync(HttpMethod.Post, "/v1/time", new JsonObject { ["advance"] = "7m" });
            await SendAsync($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,{i}");
        }
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        return Directory.EnumerateFiles(_folder.At(name)).ToDictionary(f => Path.GetFileName(f)!, f => Encoding.Latin1.GetString(File.ReadAllBytes(f)));

        Task SendAsync(string command) => program.CallAsync(HttpMethod.Post, "/v1/modules/0/at", new JsonObject { ["line"] = command });
    }

    BuiltProgram Start(string name, int seed, int jobs, params (string Name, string Value)[] environment) => BuiltProgram.StartIn(
        _folder.At(""), environment, "test", Scenarios, "--seed", Text(seed), "-j", Text(jobs), "--out", _folder.At(name));

    /// <summary>By the scenario's file.</summary>
    Dictionary<string, (string Digest, double CoreSeconds)> Results(BuiltProgram program, string name)
    {
        // What fails with one seed has a digest all the same; only a run that broke off has no result.
        program.WaitExit();
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.At(name), "result.json")));
        return result.RootElement.GetProperty("scenarios").EnumerateArray().ToDictionary(
            s => s.GetProperty("file").GetString()!,
            s => (s.GetProperty("digest").GetString()!, s.GetProperty("coreSeconds").GetDouble()));
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
