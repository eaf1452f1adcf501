using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Mipl;

/// <summary>What a device instance is created with.</summary>
/// <param name="Account">Server, authentication code and key.</param>
/// <param name="Flags">Flags of CREATEEX (manual §2.5): bit 0 bootstrap, bit 1 cell monitor off, bits 2 and 3 debug level.</param>
/// <param name="LogsTraffic">LogEnabled of CREATE's configuration (manual §5.3.1.2).</param>
sealed record MiplInstanceOptions(ServerAccount Account, int Flags, bool LogsTraffic)
{
    public bool MonitorOff => (Flags & 2) != 0;
    public int DebugLevel => Flags >> 2;
}

/// <summary>
/// The device instance that MIPLCREATE or MIPLCREATEEX made: its client and the rooms that die with it on MIPLDELETE. Here every event
/// of the client finds the room that handles it.
/// </summary>
sealed class MiplInstance
{
    readonly MiplScope _scope;
    readonly MiplTraffic _traffic;
    readonly ServedRoom _served;

    public MiplInstance(
        ModuleContext context, MiplInstanceOptions options, Lwm2mClient client, MessageIndication indication, Counter handshakes)
    {
        Options = options;
        _scope = new MiplScope(context, client, indication, new FollowUps());
        _traffic = new MiplTraffic(_scope, options.LogsTraffic ? MiplTraffic.DebugBoth : options.DebugLevel, handshakes);
        Update = new McuUpdate(_scope);
        _served = new ServedRoom(_scope, Update, options.MonitorOff);
        Objects = new MiplObjects(_scope);
        Reports = new MiplReports(_scope, Objects);
        Requests = new MiplRequests(_scope, Objects, Update);
        Session = new MiplSession(_scope, options.Account);
    }

    public MiplInstanceOptions Options { get; }
    public Lwm2mClient Client => _scope.Client;
    public MiplObjects Objects { get; }
    public MiplReports Reports { get; }
    public MiplRequests Requests { get; }
    public MiplSession Session { get; }
    public McuUpdate Update { get; }

    /// <summary>Server as AT+MIPLDEVINFO? shows it: the bootstrapped one once there is one.</summary>
    public ServerAccount CurrentAccount => Client.BootstrappedAccount ?? Options.Account;

    /// <summary>Exchanges of the MCU that something waits for.</summary>
    public int FollowUps => _scope.FollowUps.Count;

    public TimeSpan NextDeadline =>
        Earlier(Earlier(Client.NextDeadline, Requests.NextDeadline), Earlier(_served.NextDeadline, Session.NextDeadline));

    public void HandleDatagram(IPEndPoint from, ReadOnlySpan<byte> datagram) => Client.HandleDatagram(_scope.Now, from, datagram);

    public void HandleTimeout()
    {
        Client.HandleTimeout(_scope.Now);
        Session.HandleTimeout();
        Requests.HandleTimeout();
    }

    /// <summary>Handles what the client reports and sends what it wants to send, until neither is left.</summary>
    public void Drain()
    {
        // Handlers may start new work in the client, so both queues are drained until they stay empty.
        for (var again = true; again;)
        {
            again = false;
            while (Client.TryTakeEvent(out var clientEvent))
            {
                Handle(clientEvent);
                again = true;
            }
            while (Client.TryTakeTransmit(_scope.Now, out var transmit))
            {
                _traffic.Send(transmit);
                again = true;
            }
        }
    }

    /// <summary>Sends the module's own reports that are due.</summary>
    public void Report()
    {
        _served.Report();
        Drain();
    }

    public AtResult Open(AtArguments arguments)
    {
        if (Session.RefuseOpen(arguments) is { } refusal)
            return refusal;
        ForgetRegistration();
        Session.Open(arguments);
        return AtResult.Ok;
    }

    public AtResult Close()
    {
        if (Session.RefuseClose() is { } refusal)
            return refusal;
        Client.Close(_scope.Now);
        Drain(); // notifications under way fail with their ack ids, before those are forgotten
        ForgetClosedRegistration();
        return AtResult.Ok;
    }

    /// <summary>Deregisters without waiting for an answer (quirk delete-deregisters).</summary>
    public void Leave()
    {
        ForgetRegistration();
        Client.Leave(_scope.Now, "deleted");
        Drain();
        _scope.Context.Output.Info(MiplScope.EventLine(MiplEvent.Deregistered));
    }

    /// <summary>The instance ends: its socket is closed at once, and the platform receives nothing (manual §1.2).</summary>
    public void Abort(string why)
    {
        ForgetRegistration();
        Client.Abort(why);
        Drain();
    }

    /// <summary>
    /// The radio is off: the session is gone, and the server receives nothing. An OPEN under way fails. The MCU reads nothing of the end
    /// of a registration, because it turned the radio off itself (assumed: no public capture).
    /// </summary>
    public void CutOff()
    {
        var state = Client.State;
        Client.Abort("radio off");
        Drain(); // notifications under way fail with their ack ids, before those are forgotten
        if (state >= ClientState.Registered)
            ForgetClosedRegistration();
        else if (state is > ClientState.Idle and <= ClientState.AwaitBootstrapFinish)
            _scope.Event(MiplEvent.BootstrapFailed);
        else if (state is > ClientState.AwaitBootstrapFinish and <= ClientState.AwaitRegisterResponse)
            _scope.Event(MiplEvent.RegisterFailed);
    }

    public void PrintEvent(MiplEvent number) => _scope.Event(number);

    void Handle(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case MessageTaken received:
                _traffic.HandleTaken(received);
                break;
            case ReadRequested read:
                HandleRead(read);
                break;
            case WriteRequested write when IsServed(write.Path):
                _served.HandleWrite(write);
                break;
            case WriteRequested write:
                Requests.HandleWrite(write);
                break;
            case WriteBlockRequested block:
                Requests.HandleWriteBlock(block);
                break;
            case WriteBlockRepeated repeated:
                Requests.HandleBlockRepeated(repeated);
                break;
            case ExecuteRequested execute when IsServed(execute.Path):
                _served.HandleExecute(execute);
                break;
            case ExecuteRequested execute:
                Requests.HandleExecute(execute);
                break;
            case RequestRepeated repeated:
                Requests.HandleRepeated(repeated);
                break;
            case ObserveHandled or DiscoverHandled or AttributesHandled:
                HandleHandled(clientEvent);
                break;
            case NotificationAcknowledged acknowledged:
                Reports.HandleAcknowledged(acknowledged);
                break;
            case NotificationFailed failed:
                Reports.HandleFailed(failed);
                break;
            default:
                HandleSession(clientEvent);
                break;
        }
    }

    void HandleRead(ReadRequested read)
    {
        if (!IsServed(read.Path))
        {
            Requests.HandleRead(read);
            return;
        }
        // The module answers; on OneNET the MCU sees the request all the same and need not react (manual §5.3.2.4).
        if (ServedObjects.IsShown(_scope.Dialect, read.Path.Object))
            _scope.Urc(Requests.ReadLine(read));
        _served.HandleRead(read);
    }

    /// <summary>Requests that the client has answered by itself.</summary>
    void HandleHandled(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case ObserveHandled observe when ServedObjects.IsHiddenFromMcu(_scope.Dialect, observe.Path.Object):
                _served.HandleObserve(observe);
                break;
            case DiscoverHandled hidden when ServedObjects.IsServed(_scope.Dialect, hidden.Path.Object):
            case AttributesHandled set when ServedObjects.IsHiddenFromMcu(_scope.Dialect, set.Path.Object):
                break;
            case ObserveHandled observe:
                Requests.HandleObserve(observe);
                break;
            case DiscoverHandled discover:
                Requests.HandleDiscover(discover);
                break;
            case AttributesHandled attributes:
                Requests.HandleAttributes(attributes);
                break;
        }
    }

    void HandleSession(ClientEvent clientEvent)
    {
        Session.PrintRawEvents(clientEvent);
        if (_traffic.TryTrace(clientEvent))
            return;
        switch (clientEvent)
        {
            case ResolveRequested resolve:
                _scope.Context.Emit(new ResolveName(resolve.Host));
                break;
            case ServerObjectWritten written:
                _served.HandleServerObject(written);
                break;
            default:
                End(Session.Handle(clientEvent));
                break;
        }
    }

    void End(SessionEnd end)
    {
        if (!end.ForgetsRegistration)
            return;
        if (end.ForgetsResources)
            ForgetClosedRegistration();
        else
            ForgetRegistration();
        _scope.Event(end.Event);
    }

    /// <summary>Whether the module answers for itself.</summary>
    bool IsServed(Lwm2m.Content.ResourcePath path) => ServedObjects.IsServed(_scope.Dialect, path.Object) && !Update.Owns(path);

    /// <summary>Forgets what belongs to one registration and ends with it.</summary>
    void ForgetRegistration()
    {
        Requests.Forget();
        Reports.Forget();
        Session.Forget();
        Update.Forget();
        _scope.FollowUps.Clear();
    }

    /// <summary>Resources are forgotten with the registration; objects stay (manual §1.8).</summary>
    void ForgetClosedRegistration()
    {
        ForgetRegistration();
        Client.Objects.ForgetResources();
    }

    static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
