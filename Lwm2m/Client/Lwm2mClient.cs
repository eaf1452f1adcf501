using System.Net;
using M531x.Dtls;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Objects;

namespace M531x.Lwm2m.Client;

/// <summary>
/// An LwM2M 1.0 client without I/O, one session at a time:
/// 1. <see cref="Open"/> resolves the bootstrap server (unless bootstrapped before) and POSTs /bs;
/// 2. the server writes /0 and finishes, which yields the account of the LwM2M server;
/// 3. Register; observe, notify, read, write and execute while registered; Update keeps the lifetime;
/// 4. <see cref="Close"/> deregisters.
/// After every call drain <see cref="TryTakeTransmit"/> and <see cref="TryTakeEvent"/>.
/// </summary>
public sealed partial class Lwm2mClient : IDisposable
{
    enum Timer
    {
        Open,

        /// <summary>The session begins: what came before it is the module's own slowness.</summary>
        Begin,
        Retry,
        AutomaticUpdate,
        Lifetime,
        Reopen,
    }

    /// <summary>The automatic update leaves this long before the lifetime ends (manual §2.4).</summary>
    public static readonly TimeSpan AutomaticUpdateMargin = TimeSpan.FromSeconds(30);

    /// <summary>Shortest lifetime for which the automatic update works (manual §2.4).</summary>
    public static readonly TimeSpan AutomaticUpdateMinLifetime = TimeSpan.FromSeconds(60);

    const int MaxRetries = 4;
    static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);

    readonly Lwm2mClientOptions _options;
    readonly CoapEndpoint _coap;
    readonly Queue<ClientEvent> _events = [];
    readonly TimerTable<Timer> _timers = new();

    ServerAccount? _account;
    ServerAccount? _bootstrapped;
    CoapPeer? _bootstrapPeer;
    CoapPeer? _peer;
    long _exchange;
    IReadOnlyList<string> _location = [];
    TimeSpan _lifetime;
    TimeSpan _lifetimeAsked;
    TimeSpan _lifetimeAgreed;
    (CoapPeer To, CoapRequest Request)? _lastRequest;
    int _retries;
    bool _updateAgain;
    TimeSpan _openTimeout;
    bool _updateIsAutomatic;
    TimeSpan? _reopenAfterClose;

    public Lwm2mClient(Lwm2mClientOptions options, SeededRandom random)
    {
        _options = options;
        var coap = new CoapEndpointOptions
        {
            KnownCriticalOptions = [CoapOptionNumber.AuthCode],
            NotificationsAsAcknowledgements = options.NotificationsAsAcknowledgements,
            AcknowledgesPing = options.AcknowledgesPing,
        };
        _coap = new CoapEndpoint(options.FixedAckTimeout ? coap with { AckRandomFactor = 1 } : coap, random);
    }

    public ObjectTree Objects { get; } = new();
    public ClientState State { get; private set; }

    public bool IsRegistered => State is ClientState.Registered or ClientState.AwaitUpdateResponse;
    public bool IsOpening => State is > ClientState.Idle and < ClientState.Registered;

    /// <summary>The account of the LwM2M server that bootstrap delivered, kept until the client is replaced.</summary>
    public ServerAccount? BootstrappedAccount => _bootstrapped;

    /// <summary>Objects that are not registered but whose requests still reach the owner (3, 4, 5 and 10290 on OneNET).</summary>
    public IReadOnlySet<int> HiddenObjects { get; init; } = new HashSet<int>();

    /// <summary>Messages of the servers are told as <see cref="MessageReceived"/> before they are handled.</summary>
    public bool TellsReceived { get; init; }

    /// <summary>Sends one Update 30 s before the lifetime ends (manual §2.4). Takes effect at the next Register or Update.</summary>
    public bool AutomaticUpdate { get; set; }

    /// <summary>Lifetime of the registration, as last sent.</summary>
    public TimeSpan Lifetime => _lifetime;

    /// <summary>What is left of the lifetime; zero when not registered (manual §2.8).</summary>
    public TimeSpan RemainingLifetime(TimeSpan now) =>
        IsRegistered ? TimeSpan.FromTicks(Math.Max(0, (_timers.Deadline(Timer.Lifetime) - now).Ticks)) : TimeSpan.Zero;

    /// <summary>Entries in all tables that outlive a call, for tests of their bounds.</summary>
    internal int Remembered =>
        _coap.Remembered + _pending.Count + _observations.Count + _attributes.Count + _unacknowledged.Count + _blocks.Count;

    public TimeSpan NextDeadline => Earlier(Earlier(_timers.Next, _coap.NextDeadline), _secure?.NextDeadline ?? TimeSpan.MaxValue);

    public bool TryTakeEvent(out ClientEvent clientEvent) => _events.TryDequeue(out clientEvent!);

    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        // Only the servers of this session are heard: anything else on the port is noise.
        var peer = from.Equals(_peer?.Address) ? _peer : from.Equals(_bootstrapPeer?.Address) ? _bootstrapPeer : null;
        if (peer is null)
            return;
        if (peer.Association == 0)
            HandleMessage(now, peer, datagram);
        else if (_secure?.Peer == peer)
        {
            _secure.HandleDatagram(now, datagram);
            DrainSecure(now);
        }
    }

    /// <summary>A message in clear: as it came, or as DTLS gave it out.</summary>
    void HandleMessage(TimeSpan now, CoapPeer peer, ReadOnlySpan<byte> message)
    {
        if (TellsReceived)
            Tell(new MessageReceived(message.ToArray()));
        _coap.HandleDatagram(now, peer, message);
        DrainCoap(now);
    }

    public void HandleTimeout(TimeSpan now)
    {
        _secure?.HandleTimeout(now);
        DrainSecure(now);
        _coap.HandleTimeout(now);
        DrainCoap(now);
        while (_timers.TryTakeDue(now, out var timer))
            HandleTimer(now, timer);
    }

    /// <summary>The answer to <see cref="ResolveRequested"/>; null when the name has no address.</summary>
    public void HandleResolved(TimeSpan now, string host, IPAddress? address)
    {
        if (State is not (ClientState.ResolveBootstrapServer or ClientState.ResolveServer) || _account?.Address.Host != host)
            return;
        if (_timers.IsRunning(Timer.Begin))
            return; // asked for by an earlier session
        if (address is null)
            FailOpen(now, ClientFailure.NameNotResolved, null);
        else
            Connect(now, address);
    }

    /// <summary>Wipes the keys of an association. Sends nothing.</summary>
    public void Dispose() => DropSecure();

    void HandleTimer(TimeSpan now, Timer timer)
    {
        switch (timer)
        {
            case Timer.Open:
                if (State is ClientState.AwaitBootstrapHandshake or ClientState.AwaitHandshake)
                    Tell(new SecurityNote("handshake.failed", $"{_secure!.Peer.Address}: {Words(DtlsFailure.HandshakeTimeout)}", IsProblem: true));
                FailOpen(now, ClientFailure.Timeout, null);
                break;
            case Timer.Begin:
                Begin(now);
                break;
            case Timer.Retry:
                Retry(now);
                break;
            case Timer.AutomaticUpdate when State == ClientState.Registered:
                SendUpdate(now, withObjects: false, automatic: true);
                break;
            case Timer.Lifetime:
                EndSession("lifetime expired", now);
                Tell(new LifetimeExpired());
                break;
            case Timer.Reopen when State is ClientState.Idle or ClientState.AwaitRegisterRetry && _account is not null:
                Reopen(now);
                break;
        }
    }

    void DrainCoap(TimeSpan now)
    {
        while (_coap.TryTakeEvent(out var coapEvent))
        {
            switch (coapEvent)
            {
                case CoapRequestReceived received:
                    HandleRequest(now, received);
                    break;
                case CoapRequestRepeated repeated when _pending.ContainsKey(repeated.Exchange):
                    Tell(new RequestRepeated(repeated.Exchange));
                    break;
                case CoapResponseReceived response when response.Exchange == _exchange:
                    HandleResponse(now, response.Response);
                    break;
                case CoapExchangeFailed failed when failed.Exchange == _exchange:
                    HandleFailure(now, failed.Reason);
                    break;
                case CoapNotificationAcknowledged acknowledged:
                    _unacknowledged.Remove(acknowledged.Exchange);
                    Tell(new NotificationAcknowledged(acknowledged.Exchange));
                    break;
                case CoapExchangeFailed failed:
                    HandleNotificationFailure(failed);
                    break;
            }
        }
    }

    /// <param name="why">For the trace.</param>
    /// <param name="closeAt">The time, when the server is to be told that the association ends; null says nothing.</param>
    void EndSession(string why, TimeSpan? closeAt = null)
    {
        if (closeAt is { } now)
            CloseSecure(now);
        else
            DropSecure();
        if (_peer is not null)
            _coap.Forget(_peer);
        if (_bootstrapPeer is not null)
            _coap.Forget(_bootstrapPeer);
        _peer = _bootstrapPeer = null;
        _exchange = 0;
        _lastRequest = null;
        _updateAgain = false;
        _location = [];
        _timers.StopAll();
        EndObservations();
        _pending.Clear();
        _blockCache.RemoveWhere((_, _) => true);
        _stream.Forget();
        MoveTo(ClientState.Idle, why);
    }

    void MoveTo(ClientState state, string why)
    {
        if (state == State)
            return;
        Tell(new StateChanged(State, state, why));
        State = state;
    }

    void Tell(ClientEvent clientEvent) => _events.Enqueue(clientEvent);

    static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
