using System.Buffers.Binary;
using System.Net;
using M531x.Dtls;
using M531x.Dtls.Handshake;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using M531x.Lwm2m;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>How far a handshake has come when the noise begins.</summary>
public enum HostileState
{
    Idle,
    AfterFirstHello,
    AfterCookie,
    InServerFlight,
    BeforeFinished,
    ServerUp,
    Resuming,
    Up,
    UpWithData,
    UpResumed,

    /// <summary>A new handshake from the same address is under way.</summary>
    UpWithPending,
    Closed,
}

/// <summary>A pair in some state, and noise for it.</summary>
sealed class HostileSession : IDisposable
{
    public const int Inputs = 20;

    /// <summary>Entries that a connection may keep while its handshake is under way: messages, early records and the flight.</summary>
    const int MaxKept = Reassembler.Window + 64 + 4;

    /// <summary>Two buffers, none of which needs more than twice what a drained call puts into it.</summary>
    const int MaxBuffers = 16 * 1024;

    static readonly IPEndPoint Stranger = new(IPAddress.Parse("203.0.113.7"), 5);

    readonly SeededRandom _random;
    readonly HostileState _state;
    readonly List<byte[]> _captures;

    public HostileSession(ulong seed, HostileState state)
    {
        _random = new SeededRandom(seed).Fork("hostile");
        _state = state;
        var suite = DtlsCipherSuites.All[_random.Next(4)];
        int? idLength = _random.Next(3) switch { 0 => null, 1 => 0, _ => 4 };
        var client = new DtlsClientOptions { Suites = [suite], ConnectionIdLength = idLength, PacksRecords = false, EncryptThenMac = _random.Next(2) == 0 };
        var server = new DtlsServerOptions { Suites = [suite], ConnectionIdLength = idLength, PacksRecords = false, IdentityHint = "hint", MaxFragment = 60 };
        Pair = new DtlsPair(seed, client, server);
        Bring(client);
        using var other = new DtlsPair(seed + 1, client, server);
        other.Connect();
        other.CheckDataFlows();
        _captures = [.. Pair.Sent.Concat(other.Sent).Select(p => p.Bytes)];
        Pair.Network = _ => PacketFate.Lost;
    }

    public DtlsPair Pair { get; }

    bool IsUp => _state is HostileState.Up or HostileState.UpWithData or HostileState.UpResumed or HostileState.UpWithPending;

    /// <summary>Feeds the noise, and says what rule was broken; null for none.</summary>
    public string? Fault()
    {
        try
        {
            var (clientEvents, serverEvents) = (Pair.ClientEvents.Count, Pair.ServerEvents.Count);
            var (associations, remembered) = (Pair.Server.Associations, Pair.Server.Remembered);
            for (var i = 0; i < Inputs; i++)
            {
                var input = Input();
                if (_random.Next(2) == 0)
                    Pair.InjectToClient(input);
                else
                    Pair.InjectToServer(input, _random.Next(4) == 0 ? Stranger : null);
                if (!IsUp && _random.Next(5) == 0)
                    PassTime();
                if (Kept(associations, remembered) is { } fault)
                    return $"{fault} after {Convert.ToHexString(input)}";
            }
            return IsUp ? Unchanged(clientEvents, serverEvents) : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.ToString();
        }
    }

    public void Dispose() => Pair.Dispose();

    void Bring(DtlsClientOptions options)
    {
        if (_state == HostileState.Idle)
            return;
        if (_state is HostileState.Resuming or HostileState.UpResumed)
        {
            Pair.Connect();
            Pair.NewClient(options with { Session = Pair.Client.Session });
        }
        Pair.Network = _state switch
        {
            HostileState.AfterFirstHello => _ => PacketFate.Lost,
            HostileState.AfterCookie => Lose(p => p.Has(HandshakeType.ServerHello)),
            HostileState.InServerFlight => Lose(p => p.Has(HandshakeType.ServerHelloDone)),
            HostileState.BeforeFinished => Lose(p => p.ToServer && p.HasProtected()),
            HostileState.ServerUp or HostileState.Resuming => Lose(p => !p.ToServer && p.HasProtected()),
            _ => null,
        };
        Pair.Start();
        Pair.Run();
        if (_state is HostileState.UpWithData)
            Pair.CheckDataFlows();
        if (_state == HostileState.UpWithPending)
        {
            var client = Pair.Client;
            Pair.Network = Lose(p => p.Has(HandshakeType.ServerHello));
            using var other = Pair.NewClient(options);
            Pair.Start();
            Pair.Run();
            Pair.Client = client;
        }
        if (_state == HostileState.Closed)
        {
            Pair.Client.Close();
            Pair.Drain();
            Pair.Run();
        }
    }

    static Func<Packet, PacketFate> Lose(Func<Packet, bool> which) => packet => which(packet) ? PacketFate.Lost : PacketFate.Passes;

    void PassTime()
    {
        Pair.Now += TimeSpan.FromSeconds(_random.Next(4));
        Pair.Client.HandleTimeout(Pair.Now);
        Pair.Server.HandleTimeout(Pair.Now);
        Pair.Drain();
    }

    /// <summary>What is kept stays within its bounds, and none of it is a stranger's.</summary>
    string? Kept(int associations, int remembered)
    {
        if (Pair.Client.Remembered > MaxKept)
            return $"the client keeps {Pair.Client.Remembered}";
        if (Pair.Server.Remembered > remembered + 2 * (MaxKept + 5))
            return $"the server keeps {Pair.Server.Remembered}";
        if (Math.Max(Pair.Client.BufferLength, Pair.Server.BufferLength) > MaxBuffers)
            return "the buffers grow";
        // One that is up and one that may replace it: all noise from other addresses is without a cookie.
        if (Pair.Server.Associations > (_state < HostileState.AfterCookie ? 0 : 2))
            return $"the server has {Pair.Server.Associations} associations";
        if (IsUp && (Pair.Server.Associations < (_state == HostileState.UpWithPending ? 1 : associations) || !Pair.Client.IsConnected))
            return "an association is gone";
        return _state is HostileState.Up or HostileState.UpWithData or HostileState.UpResumed && Pair.Server.Remembered != remembered ? "an association keeps something" : null;
    }

    string? Unchanged(int clientEvents, int serverEvents)
    {
        var pending = _state == HostileState.UpWithPending ? Pair.Association + 1 : -1;
        var told = Pair.ClientEvents.Skip(clientEvents).Concat(Pair.ServerEvents.Skip(serverEvents))
            .FirstOrDefault(e => e.Kind is not (DtlsEventKind.Dropped or DtlsEventKind.CookieSent) && e.Association < pending + (pending < 0 ? long.MaxValue : 0));
        if (told is not null)
            return $"told {told}";
        Pair.Network = null;
        Pair.CheckDataFlows("after the noise");
        return null;
    }

    byte[] Input()
    {
        var input = _random.Next(8) switch
        {
            0 => Bytes(_random.Next(120)),
            1 => AnyRecord(Bytes(_random.Next(120))),
            2 => AnyMessage(),
            3 => [.. Capture(), .. Capture()],
            _ => Capture(),
        };
        for (var changes = _random.Next(4); changes > 0 && input.Length > 0; changes--)
            input = Mutate(input);
        return input;
    }

    byte[] Capture() => _captures[_random.Next(_captures.Count)];

    byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.Fill(bytes);
        return bytes;
    }

    byte[] AnyRecord(byte[] fragment)
    {
        var type = (ContentType)(20 + _random.Next(6));
        return new WireRecord(type, _random.Next(3), (ulong)_random.Next(100), type == ContentType.ConnectionId ? Bytes(4) : [], fragment).ToDatagram();
    }

    byte[] AnyMessage()
    {
        var types = Enum.GetValues<HandshakeType>();
        var length = _random.Next(2) == 0 ? _random.Next(80) : _random.Next(1 << 24);
        var offset = _random.Next(2) == 0 ? 0 : _random.Next(length + 1);
        var fragment = Bytes(Math.Min(length - offset, _random.Next(90)));
        var header = new HandshakeHeader(types[_random.Next(types.Length)], length, (ushort)_random.Next(12), offset, fragment.Length);
        return Wire.Plain((ulong)_random.Next(100), new WireMessage(header, fragment));
    }

    byte[] Mutate(byte[] input)
    {
        byte[] changed = [.. input];
        var at = _random.Next(changed.Length);
        switch (_random.Next(6))
        {
            case 0:
                changed[at] ^= (byte)(1 << _random.Next(8));
                return changed;
            case 1:
                changed[at] = (byte)_random.Next(256);
                return changed;
            case 2:
                return changed[..at];
            case 3:
                return [.. changed, .. Bytes(_random.Next(20))];
            case 4 when changed.Length >= 2:
                at = _random.Next(changed.Length - 1);
                BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(changed.AsSpan(at)) + _random.Next(5) - 2));
                return changed;
            default:
                return [.. changed[..at], .. changed[_random.Next(changed.Length)..]];
        }
    }
}
