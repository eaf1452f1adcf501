using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Flights are sent again as a whole until they are answered (RFC 6347 §4.2.4).</summary>
public sealed class RetransmissionTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    static IEnumerable<double> FlightTimes(IEnumerable<Told> events) =>
        events.Where(e => e.Kind == DtlsEventKind.FlightSent).Select(e => e.At.TotalSeconds);

    [Test]
    public void The_time_out_doubles_from_one_second_to_sixty()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { HandshakeTimeout = null }) { Network = _ => PacketFate.Lost };
        pair.Start();
        pair.Run(() => false, TimeSpan.FromSeconds(250));
        Assert.That(FlightTimes(pair.ClientEvents), Is.EqualTo(new double[] { 0, 1, 3, 7, 15, 31, 63, 123, 183, 243 }));
    }

    [Test]
    public void The_first_time_out_is_an_option()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { InitialTimeout = TimeSpan.FromSeconds(9) }) { Network = _ => PacketFate.Lost };
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        Assert.That(FlightTimes(pair.ClientEvents), Is.EqualTo(new double[] { 0, 9, 27, 63 }));
    }

    [Test]
    public void A_repeated_flight_has_new_record_numbers_and_the_old_message_numbers()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { HandshakeTimeout = null });
        pair.Network = packet => packet.HasProtected() && packet.ToServer ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run(() => pair.ClientEvents.Exists(e => e is { Kind: DtlsEventKind.FlightSent, Number: 5, Attempt: 2 }));
        var flights = pair.Sent.Where(p => p.ToServer && p.HasProtected()).Select(p => Wire.Records(p.Bytes)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(flights, Has.Count.GreaterThanOrEqualTo(3));
            Assert.That(flights.SelectMany(f => f).Select(r => (r.Epoch, r.Sequence)), Is.Unique);
            foreach (var flight in flights)
            {
                Assert.That(flight.Select(r => r.Type), Is.EqualTo(new[] { ContentType.Handshake, ContentType.ChangeCipherSpec, ContentType.Handshake }));
                Assert.That(flight[0].Messages.Single().ToBytes(), Is.EqualTo(flights[0][0].Messages.Single().ToBytes()));
            }
        });
    }

    [Test]
    public void A_handshake_survives_the_loss_of_any_one_datagram([Range(0, 5)] int lost, [Values] bool resumes)
    {
        using var pair = new DtlsPair();
        if (resumes)
            pair.Connect();
        var first = pair.Sent.Count;
        pair.Network = packet => packet.Index == first + lost ? PacketFate.Lost : PacketFate.Passes;
        pair.NewClient(new DtlsClientOptions { Session = pair.Client.Session });
        var before = pair.ServerEvents.Count;
        pair.Start();
        Assert.That(pair.Run(() => pair.Client.IsConnected && pair.ServerEvents.Skip(before).Any(e => e.Kind == DtlsEventKind.Connected)), Is.True);
        Assert.That(pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details!.Resumed, Is.EqualTo(resumes));
        pair.Network = null;
        pair.CheckDataFlows();
    }

    [Test]
    public void An_answer_starts_the_time_out_anew()
    {
        // The server's own time-out must not be what makes the client repeat.
        using var pair = new DtlsPair(server: new DtlsServerOptions { InitialTimeout = TimeSpan.FromSeconds(50) }) { Latency = TimeSpan.Zero };
        // Two ClientHellos are lost, then everything the client sends after its cookie.
        pair.Network = packet => packet.ToServer && (packet.At < 3 * Second || packet.HasProtected()) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        var times = pair.ClientEvents.Where(e => e is { Kind: DtlsEventKind.FlightSent, Number: 5 }).Select(e => e.At.TotalSeconds).Take(2);
        Assert.That(times, Is.EqualTo(new double[] { 3, 4 }));
    }

    [Test]
    public void A_handshake_without_answers_is_given_up_on_both_sides()
    {
        using var pair = new DtlsPair();
        pair.Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run(() => pair.Client.IsClosed && pair.Server.Associations == 0);
        Assert.Multiple(() =>
        {
            Assert.That(pair.ClientEvents.Last(), Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Failure").EqualTo(DtlsFailure.HandshakeTimeout));
            Assert.That(pair.ServerEvents.Last(), Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Failure").EqualTo(DtlsFailure.HandshakeTimeout));
            Assert.That(pair.Now, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(91)));
            Assert.That(pair.Server.Remembered, Is.Zero);
            Assert.That((pair.Client.NextDeadline, pair.Server.NextDeadline), Is.EqualTo((TimeSpan.MaxValue, TimeSpan.MaxValue)));
        });
    }

    [Test]
    public void The_last_flight_is_resent_when_the_peer_repeats_its_own_and_never_by_itself([Values] bool resumes)
    {
        using var pair = new DtlsPair();
        if (resumes)
            pair.Connect();
        pair.NewClient(new DtlsClientOptions { Session = pair.Client.Session });
        // The last flight is the server's, or the client's after a resumption. Its first two copies are lost.
        var lost = 0;
        bool IsLast(Packet p) => p.ToServer == resumes && p.HasProtected();
        pair.Network = packet => IsLast(packet) && lost++ < 2 ? PacketFate.Lost : PacketFate.Passes;
        var before = pair.ServerEvents.Count;
        pair.Start();
        bool IsUp() => resumes ? pair.Client.IsConnected : pair.ServerEvents.Skip(before).Any(e => e.Kind == DtlsEventKind.Connected);
        Assert.That(pair.Run(IsUp), Is.True);
        Assert.That(resumes ? pair.Client.NextDeadline : pair.Server.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(lost, Is.EqualTo(1));
        pair.Run(() => pair.Client.IsConnected && pair.ServerEvents.Skip(before).Any(e => e.Kind == DtlsEventKind.Connected));
        pair.Run();
        Assert.That(lost, Is.EqualTo(3));
        pair.CheckDataFlows();
    }

    [Test]
    public void Late_answers_do_not_make_the_two_sides_answer_each_other_for_ever([Values] bool resumes)
    {
        using var pair = new DtlsPair { Latency = TimeSpan.FromSeconds(2.6) };
        if (resumes)
            pair.Connect();
        var before = pair.Sent.Count;
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session }); // fails on a pair that does not stop
        pair.Run(() => false, TimeSpan.FromMinutes(5));
        Assert.That(pair.Sent.Count - before, Is.LessThan(60));
        pair.CheckDataFlows();
    }

    [Test]
    public void A_repetition_after_four_minutes_is_not_answered()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { HandshakeTimeout = null, MaxTimeout = TimeSpan.FromHours(1) });
        // The server's last flight never arrives: the client asks for it after 1, 3, 7, 15, 31, 63, 127, 255 seconds.
        pair.Network = packet => !packet.ToServer && packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run(() => false, TimeSpan.FromMinutes(9));
        var last = pair.ServerEvents.Where(e => e is { Kind: DtlsEventKind.FlightSent, Number: 6 }).ToList();
        Assert.That(last.Select(e => Math.Floor(e.At.TotalSeconds)), Is.EqualTo(new double[] { 0, 1, 3, 7, 15, 31, 63, 127 }));
    }

    [Test]
    public void Application_data_of_the_peer_ends_the_resending_of_the_last_flight()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { EmitsSecrets = true }, server: new DtlsServerOptions { EmitsSecrets = true });
        pair.Connect();
        using var forger = new Forger(pair);
        var finished = Finished(pair);
        pair.InjectToServer(forger.FromClient(ContentType.Handshake, 10, finished));
        Assert.That(pair.Server.Counters.Retransmissions, Is.EqualTo(1));
        pair.CheckDataFlows();
        pair.InjectToServer(forger.FromClient(ContentType.Handshake, 11, finished));
        Assert.That(pair.Server.Counters.Retransmissions, Is.EqualTo(1));
    }

    /// <summary>What a repeated Finished of the client looks like: the server looks at its header only.</summary>
    internal static byte[] Finished(DtlsPair pair)
    {
        var exchange = Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.ClientKeyExchange);
        var header = new HandshakeHeader(HandshakeType.Finished, 12, (ushort)(exchange.Header.Sequence + 1), 0, 12);
        return new WireMessage(header, new byte[12]).ToBytes();
    }
}
