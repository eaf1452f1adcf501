using M531x.Emulator.Core.Parts;
using M531x.Emulator.Drivers;
using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

/// <summary>POST and GET /v1/modules/0/at: commands in the place of the MCU, and what the module prints.</summary>
[TestFixture]
sealed class AtApiTests
{
    const string Read = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750";

    [Test]
    public async Task A_command_is_answered_with_its_lines_and_its_result()
    {
        using var api = new VirtualApi();
        var answer = await api.CallAsync("POST", VirtualApi.At, """{"line":"AT+MIPLCREATE"}""");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Body, Is.EqualTo("""{"module":0,"now":0,"result":"OK","lines":[{"number":4,"at":0,"text":"+MIPLCREATE:0"},{"number":5,"at":0,"text":"OK"}]}"""));
        Assert.That((await api.PostAsync(VirtualApi.At, """{"line":"AT+MIPLCREATE"}""")).GetProperty("result").GetString(), Is.EqualTo("+CIS ERROR:653"));
        Assert.That((await api.PostAsync(VirtualApi.At, """{"line":"AT+NOTHING"}""")).GetProperty("result").GetString(), Is.EqualTo("ERROR"));
    }

    [Test]
    public async Task A_prompt_and_what_comes_of_its_data_end_a_command()
    {
        using var api = new VirtualApi(module: new ModuleOptions { Profile = NeighbourProfiles.M5313 });
        Assert.That(await api.CommandAsync("AT+IPSTART=1,\"UDP\",\"192.0.2.1\",7", until: "1,CONNECT OK"), Does.EndWith("OK 1,CONNECT OK"));
        var prompt = await api.PostAsync(VirtualApi.At, """{"line":"AT+IPSEND=1,4"}""");
        Assert.That((prompt.GetProperty("result").GetString(), VirtualApi.Lines(prompt)), Is.EqualTo(("> ", "> ")));
        var sent = await api.PostAsync(VirtualApi.At, """{"line":"abcd"}""");
        Assert.That((sent.GetProperty("result").GetString(), VirtualApi.Lines(sent)), Is.EqualTo(("SEND OK", "SEND OK")));
    }

    [Test]
    public async Task What_was_printed_before_is_listed_from_any_number_on()
    {
        using var api = new VirtualApi();
        Assert.That(VirtualApi.Lines(await api.GetAsync(VirtualApi.At)), Is.EqualTo("REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET Neul  OK"));
        Assert.That(VirtualApi.Lines(await api.GetAsync(VirtualApi.At + "?after=2")), Is.EqualTo("OK"));
        Assert.That(VirtualApi.Lines(await api.GetAsync(VirtualApi.At + "?after=3")), Is.Empty);
        Assert.That((await api.GetAsync(VirtualApi.At + "?after=-1")).GetProperty("error").GetString(), Does.StartWith("after: "));
    }

    [Test]
    public async Task A_line_that_the_call_waits_for_ends_it_and_time_passes_till_then()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync();
        var answer = await api.PostAsync(VirtualApi.At, """{"line":"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,147","until":"+MIPLEVENT:0,26,{N}"}""");
        Assert.That(VirtualApi.Lines(answer), Is.EqualTo("OK +MIPLEVENT:0,26,147"));
    }

    [Test]
    public async Task After_an_error_nothing_is_waited_for()
    {
        using var api = new VirtualApi();
        var answer = await api.PostAsync(VirtualApi.At, """{"line":"AT+MIPLOPEN=0,3000,30","until":"+MIPLEVENT:0,6"}""");
        Assert.That((answer.GetProperty("result").GetString(), answer.GetProperty("now").GetDouble()), Is.EqualTo(("+CIS ERROR:653", 0)));
    }

    [Test]
    public async Task A_line_that_does_not_come_is_504_with_what_came_instead()
    {
        using var api = new VirtualApi();
        var answer = await api.PostAsync(VirtualApi.At, """{"line":"AT","until":"+MIPLEVENT:0,6","within":"5s"}""", status: 504);
        Assert.That((answer.GetProperty("code").GetString(), answer.GetProperty("error").GetString()), Is.EqualTo(("no_answer", "no such line within 5 s of core time")));
        Assert.That((VirtualApi.Lines(answer), answer.GetProperty("now").GetDouble()), Is.EqualTo(("OK", 5)));
        await api.PostAsync("/v1/modules/0/faults", """{"type":"no-response"}""");
        var silent = await api.PostAsync(VirtualApi.At, """{"line":"AT","within":2}""", status: 504);
        Assert.That((silent.GetProperty("error").GetString(), silent.GetProperty("now").GetDouble()), Is.EqualTo(("no final result within 2 s of core time", 7)));
    }

    [Test]
    public async Task The_cloud_reads_while_the_call_waits_for_the_request()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync();
        // The platform's own read of /3/0 after the registration is over first, as it would be in the field.
        await api.PostAsync("/v1/time", """{"advance":"1m"}""");
        var read = api.CallAsync("GET", Read, "");
        var request = await api.GetAsync($"{VirtualApi.At}?after={await api.LastLineAsync() - 1}");
        var line = VirtualApi.Lines(request);
        Assert.That(line, Does.StartWith("+MIPLREAD:0,").And.EndWith(",3200,0,5750"));
        Assert.That(read.IsCompleted, Is.False);
        Assert.That(await api.CommandAsync($"AT+MIPLREADRSP=0,{line.Split(',')[1]},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo("OK"));
        Assert.That((await read).Body, Does.Contain("efgh"));
    }

    [Test]
    public async Task A_call_of_the_cloud_that_is_given_up_leaves_nothing_behind()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync();
        await api.PostAsync("/v1/time", """{"advance":"1m"}""");
        using var gone = new CancellationTokenSource();
        var read = api.CallAsync("GET", Read, "", gone.Token);
        await gone.CancelAsync();
        Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await api.CommandAsync("AT"), Is.EqualTo("OK"));
    }

    [TestCase("{}", "body: expected line or until")]
    [TestCase("""{"line":7}""", "line: expected a text")]
    [TestCase("""{"line":"AT\rAT"}""", "line: expected one command in Latin-1 without CR")]
    [TestCase("""{"line":"AT+数"}""", "line: expected one command in Latin-1 without CR")]
    [TestCase("""{"line":"AT","until":"~ /(/"}""", "until: not a regular expression")]
    [TestCase("""{"line":"AT","within":"soon"}""", "within: expected a time above 0")]
    [TestCase("""{"line":"AT","within":"2d"}""", "within: expected a time up to 1d")]
    [TestCase("""{"line":"AT","wait":"2d"}""", "wait: unknown field")]
    public async Task A_wrong_body_is_400_and_names_the_field(string body, string error)
    {
        using var api = new VirtualApi();
        var answer = await api.PostAsync(VirtualApi.At, body, status: 400);
        Assert.That(answer.GetProperty("error").GetString(), Does.StartWith(error));
        Assert.That(answer.GetProperty("hint").GetString(), Does.Contain("AT+MIPLOPEN"));
    }

    [Test]
    public async Task Only_the_last_lines_are_kept()
    {
        using var api = new VirtualApi();
        for (var i = 0; i < McuConsole.MaxLines; i++)
            await api.CommandAsync("AT");
        var lines = (await api.GetAsync(VirtualApi.At)).GetProperty("lines");
        Assert.That((lines.GetArrayLength(), lines[0].GetProperty("number").GetInt64()), Is.EqualTo((McuConsole.MaxLines, 4)));
    }

    [TestCase("DELETE", VirtualApi.At)]
    [TestCase("PUT", "/v1/time")]
    [TestCase("GET", "/v1/time/advance")]
    public async Task Another_method_is_405(string method, string path)
    {
        using var api = new VirtualApi();
        Assert.That((await api.CallAsync(method, path, "{}")).Status, Is.EqualTo(405));
    }
}
