using M531x.Emulator.Control;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.World;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

/// <summary>Module and local OneNET by the wall clock, which is frozen, on real sockets: what happens when who waits for an answer goes away.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class RealTimeHostTests : IAsyncDisposable
{
    static readonly TimeSpan TenYears = TimeSpan.FromDays(3650);

    readonly MemoryEndpoint _line = new();
    readonly RealTimeHost _host;

    public RealTimeHostTests()
    {
        var module = new ModuleOptions { Latency = LatencyMode.Typical };
        _host = new RealTimeHost(new HostOptions { Module = module, Platform = VirtualWorld.DefaultPlatform(module) }, _line, Serilog.Core.Logger.None);
        _host.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _line.DisposeAsync();
    }

    [Test]
    public async Task An_advance_that_nobody_waits_for_any_more_ends_on_its_way()
    {
        await RegisterAsync();
        using var gone = new CancellationTokenSource();
        var start = await ChangeAsync(new ClockChange(null, Freeze: true, null));
        var advance = await Calls.BeginAsync(() => ChangeAsync(new ClockChange(null, null, TenYears), gone.Token));
        while ((await _host.GetClockAsync(default)).Now == start.Now)
            await Task.Yield();
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => advance);
        var after = await ChangeAsync(new ClockChange(null, null, TimeSpan.FromSeconds(1)));
        Assert.That(after.Now, Is.LessThan(start.Now + TenYears), "ten years of updates take longer than that");
    }

    [Test]
    public async Task An_advance_that_nobody_ever_waited_for_does_not_begin()
    {
        var start = await ChangeAsync(new ClockChange(null, Freeze: true, null));
        await Assert.CatchAsync<OperationCanceledException>(() => ChangeAsync(new ClockChange(null, null, TenYears), new CancellationToken(canceled: true)));
        Assert.That((await ChangeAsync(new ClockChange(null, null, TimeSpan.FromSeconds(1)))).Now, Is.EqualTo(start.Now + TimeSpan.FromSeconds(1)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_command_that_nobody_waits_for_any_more_is_in_nobodys_way(bool begins)
    {
        await ChangeAsync(new ClockChange(null, Freeze: true, null));
        using var gone = new CancellationTokenSource();
        if (!begins)
            await gone.CancelAsync();
        var first = await Calls.BeginAsync(() => _host.SendAtAsync(Command("AT"), gone.Token));
        if (begins)
            Assert.That(await _host.SendAtAsync(Command("AT"), default), Is.Null, "busy");
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => first);
        var second = _host.SendAtAsync(Command("AT+CSQ"), default);
        await ChangeAsync(new ClockChange(null, null, TimeSpan.FromSeconds(10)));
        Assert.That((await second)?.Result, Is.EqualTo("OK"));
    }

    async Task RegisterAsync()
    {
        await ChangeAsync(new ClockChange(Rate: 1000, null, null));
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLUPDATESET=0,1"])
            Assert.That((await _host.SendAtAsync(Command(command), default))?.Result, Is.EqualTo("OK"));
        var open = await _host.SendAtAsync(Command("AT+MIPLOPEN=0,300,30") with { Until = LinePattern.Parse("+MIPLEVENT:0,6") }, default);
        Assert.That(open?.IsDone, Is.True);
    }

    Task<ClockState> ChangeAsync(ClockChange change, CancellationToken cancellation = default) => _host.ChangeClockAsync(change, cancellation);

    static AtRequest Command(string line) => new(line, null, TimeSpan.FromHours(1));
}
