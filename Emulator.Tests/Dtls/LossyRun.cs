using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Lwm2m;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>One handshake over a lossy network, next to the same one without losses.</summary>
sealed class LossyRun
{
    const int FinishedLength = 12;

    readonly SeededRandom _random;
    readonly DtlsClientOptions _client;
    readonly DtlsServerOptions _server;
    readonly bool _resumes;
    readonly double _loss, _doubling;
    readonly int _jitter;
    readonly List<Arrival> _arrivals = [];

    public LossyRun(ulong seed)
    {
        Seed = seed;
        _random = new SeededRandom(seed).Fork("lossy");
        Suite = Draw(DtlsCipherSuites.All);
        var size = Draw([1, 2, 5, 13, 30, 100, 1200]);
        var limit = Draw([128, 200, 500, 1280]);
        // A tenth may take its time; the others are given up as usual.
        TimeSpan? patience = _random.Next(10) == 0 ? null : TimeSpan.FromSeconds(90);
        _client = new DtlsClientOptions
        {
            Suites = [Suite],
            ExtendedMasterSecret = Flip(),
            EncryptThenMac = Flip(),
            ConnectionIdLength = Draw<int?>([null, 0, 1, 8]),
            MaxFragment = size,
            MaxDatagram = limit,
            PacksRecords = Flip(),
            HandshakeTimeout = patience,
        };
        _server = new DtlsServerOptions
        {
            Suites = [Suite],
            ExtendedMasterSecret = Flip(),
            EncryptThenMac = Flip(),
            ConnectionIdLength = Draw<int?>([null, 0, 4]),
            IdentityHint = Draw([null, "hint", new string('h', 200)]),
            MaxFragment = size,
            MaxDatagram = limit,
            PacksRecords = Flip(),
            HandshakeTimeout = patience,
        };
        _resumes = _random.Next(3) == 0;
        _loss = 0.4 * _random.NextDouble();
        _doubling = 0.3 * _random.NextDouble();
        _jitter = Draw([1, 40, 400, 3000]);
    }

    public ulong Seed { get; }
    public DtlsCipherSuite Suite { get; }
    public bool IsUp { get; private set; }
    public bool Resumed { get; private set; }
    public bool UsesIds => _client.ConnectionIdLength + _server.ConnectionIdLength > 0;
    public int Lost { get; private set; }
    public long Retransmissions { get; private set; }

    /// <summary>Runs, and says what rule was broken; null for none.</summary>
    public string? Fault()
    {
        try
        {
            using var clean = new Trial(Prepare());
            clean.Go(null);
            if (!clean.IsUp)
                return "no handshake even without losses";
            using var lossy = new Trial(Prepare());
            lossy.Go(Decide);
            IsUp = lossy.IsUp;
            Retransmissions = lossy.Pair.Client.Counters.Retransmissions + lossy.Pair.Server.Counters.Retransmissions;
            return Completion(clean, lossy) ?? Economy(clean, lossy) ?? (IsUp ? Agreement(lossy) : null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.ToString();
        }
    }

    /// <summary>A pair with a session to resume, if the seed wants that; the same each time.</summary>
    DtlsPair Prepare()
    {
        var pair = new DtlsPair(Seed, _client, _server);
        if (!_resumes)
            return pair;
        pair.Connect();
        pair.CheckDataFlows();
        pair.NewClient(_client with { Session = pair.Client.Session });
        return pair;
    }

    PacketFate Decide(Packet packet)
    {
        var copies = new List<TimeSpan>();
        if (_random.NextDouble() >= _loss)
            copies.Add(TimeSpan.FromMilliseconds(_random.Next(_jitter)));
        else
            Lost++;
        while (copies.Count > 0 && _random.NextDouble() < _doubling)
            copies.Add(TimeSpan.FromMilliseconds(_random.Next(_jitter)));
        foreach (var copy in copies)
            _arrivals.Add(new Arrival(packet, packet.At + DtlsPair.DefaultLatency + copy));
        return new PacketFate(copies);
    }

    /// <summary>Up when everything arrived in time; else given up in time, or never while there is time.</summary>
    string? Completion(Trial clean, Trial lossy)
    {
        if (lossy.IsUp)
            return null;
        var limit = lossy.Start + (_client.HandshakeTimeout ?? Trial.Limit);
        var missing = new[] { true, false }.Any(toServer => clean.Packets(toServer).SelectMany(Bytes)
            .Except(_arrivals.Where(a => a.Packet.ToServer == toServer && a.At < limit).SelectMany(a => Bytes(a.Packet))).Any());
        if (!missing)
            return "everything arrived, and yet it did not finish";
        if (lossy.IsServerUp && !_resumes && lossy.End - lossy.ServerUpAt > TimeSpan.FromSeconds(240))
            return null; // the server does not answer repetitions for ever
        if (_client.HandshakeTimeout is null)
            return "did not finish although it had the time";
        var failed = lossy.Events(toServer: !lossy.Pair.Client.IsConnected).Last(e => e.Kind == DtlsEventKind.Failed);
        return failed.Failure == DtlsFailure.HandshakeTimeout && failed.At - lossy.Start >= _client.HandshakeTimeout ? null : $"failed too early: {failed}";
    }

    /// <summary>
    /// What a datagram brings: the bytes of plain messages by their number, and the pieces of Finished, which are the only protected records
    /// of a handshake: each copy of it takes as many record numbers.
    /// </summary>
    IEnumerable<(int Message, int Byte)> Bytes(Packet packet)
    {
        foreach (var record in Records(packet))
        {
            if (record.Epoch == 1)
                yield return (-1, FinishedPiece(record));
            foreach (var message in record.Messages)
            {
                yield return (message.Header.Sequence, -1);
                for (var i = 0; i < message.Fragment.Length; i++)
                    yield return (message.Header.Sequence, message.Header.FragmentOffset + i);
            }
        }
    }

    /// <summary>No flight leaves more often than it may, and nothing leaves outside a flight.</summary>
    string? Economy(Trial clean, Trial lossy)
    {
        foreach (var toServer in new[] { true, false })
        {
            var expected = lossy.Events(toServer).Count(e => e.Kind == DtlsEventKind.CookieSent);
            if (expected > Arrived(true, lossy.End).Count(r => r.Messages.Any(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: 0 })))
                return "cookies without hellos";
            var flights = lossy.Flights(toServer);
            for (var i = 0; i < flights.Count; i++)
            {
                var (number, times) = flights[i];
                var until = i + 1 < flights.Count ? flights[i + 1].Times[0] : lossy.End;
                var allowed = 1 + TimeOuts(until - times[0]) + Math.Max(0, EndsBefore(number, lossy.End) - 1);
                if (times.Count > allowed)
                    return $"flight {number} left {times.Count} times, {allowed} are allowed";
                var time = clean.Flights(toServer).Single(f => f.Number == number).Times.Single();
                expected += times.Count * clean.Packets(toServer).Count(p => p.At == time);
            }
            if (lossy.Packets(toServer).Count() != expected)
                return $"{lossy.Packets(toServer).Count()} datagrams to the {(toServer ? "server" : "client")} instead of {expected}";
        }
        return null;
    }

    string? Agreement(Trial trial)
    {
        var details = trial.Events(toServer: true).Single(e => e.Kind == DtlsEventKind.Connected).Details!;
        Resumed = details.Resumed;
        if (details != trial.Events(toServer: false).Single(e => e.Kind == DtlsEventKind.Connected).Details || details.Resumed != _resumes)
            return $"agreed on {details}";
        trial.Pair.Network = null;
        trial.Pair.Run(); // what is under way may be answered, and comes to an end
        trial.Pair.CheckDataFlows();
        return null;
    }

    /// <summary>Arrivals of the end of the flight that a flight answers. Flights 1 and 3 answer nothing that is repeated.</summary>
    int EndsBefore(int number, TimeSpan until) => number switch
    {
        4 => Arrived(true, until).Sum(r => r.Messages.Count(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: > 0 })),
        5 when !_resumes => Arrived(false, until).Sum(r => r.Messages.Count(m => m.Type == HandshakeType.ServerHelloDone)),
        5 or 6 => Arrived(toServer: number == 6, until).Where(r => r.Epoch == 1 && FinishedPiece(r) == FinishedPieces - 1)
            .Select(r => r.Sequence).Distinct().Count(), // repeated records are no repeated messages
        _ => 0,
    };

    IEnumerable<WireRecord> Arrived(bool toServer, TimeSpan until) =>
        _arrivals.Where(a => a.Packet.ToServer == toServer && a.At <= until).SelectMany(a => Records(a.Packet));

    List<WireRecord> Records(Packet packet) =>
        Wire.Records(packet.Bytes, (packet.ToServer ? _server.ConnectionIdLength : _client.ConnectionIdLength) ?? 0);

    /// <summary>Records that a Finished takes.</summary>
    int FinishedPieces => (FinishedLength + Math.Min(FinishedLength, _client.MaxFragment) - 1) / Math.Min(FinishedLength, _client.MaxFragment);

    int FinishedPiece(WireRecord record) => (int)(record.Sequence % (ulong)FinishedPieces);

    /// <summary>Time-outs of a flight within a time, the first after a second and each twice as long as the one before.</summary>
    int TimeOuts(TimeSpan time)
    {
        var (count, timeout) = (0, _client.InitialTimeout);
        for (; time >= timeout; count++)
        {
            time -= timeout;
            timeout = timeout + timeout < _client.MaxTimeout ? timeout + timeout : _client.MaxTimeout;
        }
        return count;
    }

    T Draw<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    bool Flip() => _random.Next(2) == 0;

    sealed record Arrival(Packet Packet, TimeSpan At);

    /// <summary>The pair during the handshake in question, and what was seen of it.</summary>
    sealed class Trial(DtlsPair pair) : IDisposable
    {
        public static readonly TimeSpan Limit = TimeSpan.FromHours(2);

        readonly int _sentBefore = pair.Sent.Count, _clientBefore = pair.ClientEvents.Count, _serverBefore = pair.ServerEvents.Count;
        int _sent;

        public DtlsPair Pair => pair;
        public TimeSpan Start { get; private set; }
        public TimeSpan End { get; private set; }
        public bool IsServerUp => Events(toServer: false).Any(e => e.Kind == DtlsEventKind.Connected);
        public TimeSpan ServerUpAt => Events(toServer: false).First(e => e.Kind == DtlsEventKind.Connected).At;
        public bool IsUp => pair.Client.IsConnected && IsServerUp;

        public void Go(Func<Packet, PacketFate>? network)
        {
            Start = pair.Now;
            pair.Network = network;
            pair.Start();
            pair.Run(() => IsUp || pair.Client.IsClosed, Limit);
            End = pair.Now;
            _sent = pair.Sent.Count - _sentBefore;
        }

        public IEnumerable<Packet> Packets(bool toServer) => pair.Sent.Skip(_sentBefore).Take(_sent).Where(p => p.ToServer == toServer);

        /// <summary>What the side told that sends in that direction.</summary>
        public IEnumerable<Told> Events(bool toServer) => toServer ? pair.ClientEvents.Skip(_clientBefore) : pair.ServerEvents.Skip(_serverBefore);

        /// <summary>The flights of that side in order, each with the times at which it left.</summary>
        public List<(int Number, List<TimeSpan> Times)> Flights(bool toServer) =>
        [
            .. Events(toServer).Where(e => e.Kind == DtlsEventKind.FlightSent && e.At <= End).GroupBy(e => e.Number)
                .Select(g => (g.Key, g.Select(e => e.At).ToList())),
        ];

        public void Dispose() => pair.Dispose();
    }
}
