using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>
/// Mutated captures and random bytes at both roles in every state. Nothing throws, nothing grows, and an association that is up does not
/// change at all: nothing is told but drops and cookies, and data still flows.
/// </summary>
public sealed class HostileTests
{
    const int Few = 20_000;
    const int Many = 1_000_000;

    [Test]
    public void Nothing_that_arrives_breaks_an_engine() => Check(Few);

    /// <summary>The same at length: dotnet test --filter Category=Long.</summary>
    [Test, Category("Long"), Explicit("takes minutes")]
    public void Nothing_that_arrives_breaks_an_engine_at_length() => Check(Many);

    /// <summary>So that the rules above are not true of nothing: the states are really reached.</summary>
    [Test]
    public void Each_state_is_reached([Values] HostileState state)
    {
        using var session = new HostileSession(4711, state);
        var (client, server) = (session.Pair.Client, session.Pair.Server);
        var expected = state switch
        {
            HostileState.Idle or HostileState.AfterFirstHello => (false, 0, false),
            HostileState.AfterCookie or HostileState.InServerFlight or HostileState.BeforeFinished => (false, 1, false),
            HostileState.ServerUp => (false, 1, true),
            HostileState.Resuming => (false, 2, true),
            HostileState.Up or HostileState.UpWithData or HostileState.UpResumed => (true, 1, true),
            HostileState.UpWithPending => (true, 2, true),
            _ => (false, 0, true),
        };
        Assert.That((client.IsConnected, server.Associations, session.Pair.ServerEvents.Exists(e => e.Kind == M531x.Dtls.DtlsEventKind.Connected)),
            Is.EqualTo(expected));
    }

    static void Check(int inputs)
    {
        var states = Enum.GetValues<HostileState>();
        for (var seed = 0; seed < inputs / HostileSession.Inputs; seed++)
        {
            using var session = new HostileSession((ulong)seed, states[seed % states.Length]);
            if (session.Fault() is { } fault)
                Assert.Fail($"seed {seed}, {states[seed % states.Length]}: {fault}");
        }
    }
}
