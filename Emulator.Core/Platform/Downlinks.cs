using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>A notification that is whole.</summary>
readonly record struct Notification(DeviceSession Session, ResourcePath Path, CoapMessage Message);

/// <summary>
/// Sends commands to devices and follows them to their outcomes:
/// <list type="number">
/// <item>attributes, if any, go out first and wait for 2.04 (<see cref="DownlinkState.AwaitAttributes"/>);</item>
/// <item>of a long body each block waits for the response to the one before (<see cref="DownlinkState.AwaitContinue"/>);</item>
/// <item>the request or the last block waits for its response (<see cref="DownlinkState.AwaitResponse"/>);</item>
/// <item>a response that comes in blocks is fetched block by block (<see cref="DownlinkState.AwaitRest"/>).</item>
/// </list>
/// It owns the observations too: an Observe that succeeds leaves one behind.
/// </summary>
sealed class Downlinks(OneNetContext context, CoapEndpoint endpoint)
{
    /// <summary>A body over this goes out in blocks (manual §2.1).</summary>
    const int MaxUnblockedBytes = 1024;

    /// <summary>512 bytes a block.</summary>
    public const int BlockSzx = 5;

    readonly Dictionary<long, Downlink> _byExchange = [];
    readonly Dictionary<long, (DeviceSession Session, ResourcePath Path)> _observed = [];

    public Downlink Send(DeviceSession session, DownlinkCommand command, DownlinkOwner owner = default)
    {
        var downlink = new Downlink(session, command, owner);
        if (command.Attributes.Count > 0)
            SendAttributes(downlink);
        else if (command.Kind is DownlinkKind.Observe or DownlinkKind.CancelObserve)
            SendObserve(downlink);
        else if (command.Body.Length > MaxUnblockedBytes)
        {
            (downlink.Szx, downlink.BodyToken) = (BlockSzx, context.NewToken());
            SendBlock(downlink);
        }
        else
            Request(downlink, DownlinkState.AwaitResponse, command.Method, command.Options, command.Body, command.Token);
        return downlink;
    }

    /// <summary>A device responded. Null when the downlink goes on, or has ended before.</summary>
    public DownlinkOutcome? HandleResponse(long exchange, CoapMessage response)
    {
        if (!TryRemove(exchange, out var downlink))
            return null;
        if (downlink.IsObservation && (!response.Code.IsSuccess || response.Observe is null))
            DropObservation(downlink.Session, downlink.Path);
        if (response.Code == CoapCode.Changed || response.Code == CoapCode.Continue)
        {
            switch (downlink.State)
            {
                case DownlinkState.AwaitAttributes:
                    EmitAnswered(downlink, response.Code);
                    SendObserve(downlink);
                    return null;
                case DownlinkState.AwaitContinue:
                    downlink.Offset += BlockOf(downlink).Size;
                    downlink.Szx = Math.Min(downlink.Szx, response.Block1?.Szx ?? downlink.Szx);
                    SendBlock(downlink);
                    return null;
            }
        }
        if (response.Code == CoapCode.Content)
        {
            switch (Collect(downlink, ref response))
            {
                case BlockProgress.Fetching:
                    return null;
                case BlockProgress.Broken:
                    return new DownlinkOutcome(downlink, DownlinkEnd.Malformed);
            }
        }
        EmitAnswered(downlink, response.Code);
        return new DownlinkOutcome(downlink, DownlinkEnd.Responded, response);
    }

    /// <summary>An exchange ended without a response. Null when the downlink goes on, or has ended before.</summary>
    public DownlinkOutcome? HandleFailure(long exchange, CoapFailure reason)
    {
        if (!TryRemove(exchange, out var downlink))
            return null;
        if (downlink.IsObservation)
            DropObservation(downlink.Session, downlink.Path);
        context.Emit(new DownlinkFailed(context.Now, downlink.Session.Device.Imei, downlink.Kind, downlink.Path, reason));
        // The manual's two repetitions are those of the command, which the MCU answers: the module has it with the last block.
        // A lost block before that goes out again as long as the caller waits.
        if (reason == CoapFailure.Timeout && downlink is { State: DownlinkState.AwaitContinue, Owner.Kind: DownlinkOwnerKind.ApiCall })
        {
            SendBlock(downlink);
            return null;
        }
        return new DownlinkOutcome(downlink, reason switch
        {
            CoapFailure.Timeout => DownlinkEnd.TimedOut,
            CoapFailure.Reset => DownlinkEnd.Reset,
            _ => DownlinkEnd.Cancelled,
        });
    }

    /// <summary>A device notified. Null when there is nothing to store: no such observation, an error, or a first block.</summary>
    public Notification? HandleNotification(long exchange, CoapMessage notification)
    {
        if (!_observed.TryGetValue(exchange, out var observed))
            return null;
        Notification? whole = null;
        if (notification.Code.IsSuccess)
        {
            // The rest of a notification in blocks is fetched by a downlink of its own.
            var content = new Downlink(observed.Session, DownlinkCommand.Observe(observed.Path), default)
            {
                State = DownlinkState.AwaitResponse,
            };
            if (Collect(content, ref notification) == BlockProgress.Whole)
                whole = new Notification(observed.Session, observed.Path, notification);
        }
        // RFC 7641 §3.2, §4.2: an error, or a response without an observe number, is the last one.
        if (!notification.Code.IsSuccess || notification.Observe is null)
            DropObservation(observed.Session, observed.Path);
        return whole;
    }

    /// <summary>Stops a downlink; a late response is ignored. Null, or one that has ended, does nothing.</summary>
    public void Withdraw(Downlink? downlink)
    {
        if (downlink is null || !TryRemove(downlink.Exchange, out _))
            return;
        if (downlink.IsObservation)
            DropObservation(downlink.Session, downlink.Path);
        endpoint.Cancel(downlink.Exchange);
    }

    /// <summary>Forgets an observation; the platform resets its next notification.</summary>
    public void DropObservation(DeviceSession session, ResourcePath path)
    {
        if (!session.RemoveObservation(path, out var observation))
            return;
        _observed.Remove(observation.Exchange);
        TryRemove(observation.Exchange, out _);
        endpoint.Cancel(observation.Exchange);
    }

    /// <summary>Moves observations and requests under way to the device's present peer. Other devices of the former peer stay.</summary>
    public void Move(DeviceSession session, CoapPeer from) =>
        endpoint.MovePeer(from, session.Registration.Peer, session.AllExchanges.Contains);

    /// <summary>Forgets observations and requests of a session. Returns the downlinks that end, in the order of their exchanges.</summary>
    public IReadOnlyList<DownlinkOutcome> End(DeviceSession session)
    {
        var outcomes = new List<DownlinkOutcome>();
        foreach (var exchange in session.Exchanges)
        {
            endpoint.Cancel(exchange);
            if (TryRemove(exchange, out var downlink))
                outcomes.Add(new DownlinkOutcome(downlink, DownlinkEnd.Offline));
        }
        foreach (var path in session.ObservedPaths.ToList())
            DropObservation(session, path);
        return outcomes;
    }

    void SendAttributes(Downlink downlink)
    {
        var queries = downlink.Command.Attributes.Select(a => CoapOptions.Text(CoapOptionNumber.UriQuery, a));
        Request(downlink, DownlinkState.AwaitAttributes, CoapCode.Put, [.. queries]);
    }

    /// <summary>Starts or cancels an observation. One on the same path is renewed or cancelled on its token.</summary>
    void SendObserve(Downlink downlink)
    {
        var (session, path) = (downlink.Session, downlink.Path);
        downlink.Kind = downlink.Command.Kind;
        var token = session.FindObservation(path)?.Token ?? context.NewToken();
        DropObservation(session, path);
        Request(downlink, DownlinkState.AwaitResponse, downlink.Command.Method, downlink.Command.Options, token: token);
        if (downlink.Kind != DownlinkKind.Observe)
            return;
        session.AddObservation(path, new Observation(downlink.Exchange, token));
        _observed[downlink.Exchange] = (session, path);
    }

    void SendBlock(Downlink downlink)
    {
        var (block, body) = (BlockOf(downlink), downlink.Command.Body);
        var end = Math.Min(body.Length, downlink.Offset + block.Size);
        Request(downlink, block.More ? DownlinkState.AwaitContinue : DownlinkState.AwaitResponse, downlink.Command.Method,
            [.. downlink.Command.Options, CoapOptions.Block(CoapOptionNumber.Block1, block)],
            body[downlink.Offset..end], downlink.BodyToken);
    }

    /// <summary>The block of the body at the downlink's offset.</summary>
    static CoapBlock BlockOf(Downlink downlink)
    {
        var size = new CoapBlock(0, false, downlink.Szx).Size;
        return new CoapBlock(downlink.Offset / size, downlink.Offset + size < downlink.Command.Body.Length, downlink.Szx);
    }

    /// <summary>Adds a block of the response and fetches the next one (RFC 7959 §2.4, §2.6); at the end the response holds all.</summary>
    BlockProgress Collect(Downlink downlink, ref CoapMessage response)
    {
        if (response.Block2 is not { } block || block is { Number: 0, More: false })
            return BlockProgress.Whole;
        var blocks = downlink.Response ??= new Block2Collector();
        if (!blocks.TryAdd(response, block))
        {
            context.Emit(new OneNetWarning(
                context.Now, downlink.Session.Device.Imei, $"block {block} of {downlink.Path} does not follow the one before"));
            return BlockProgress.Broken;
        }
        if (!block.More)
        {
            response = blocks.Whole;
            return BlockProgress.Whole;
        }
        var options = downlink.Command.Options.Where(o => o.Number == CoapOptionNumber.Accept)
            .Append(CoapOptions.Block(CoapOptionNumber.Block2, Block2Collector.After(block)));
        // One token for all blocks, as with writes; the token of an observation stays its own.
        ReadOnlyMemory<byte>? token = downlink.IsObservation ? null : response.Token;
        Request(downlink, DownlinkState.AwaitRest, CoapCode.Get, [.. options], token: token);
        return BlockProgress.Fetching;
    }

    /// <summary>Sends a request, whose options come without the path, and enters the state that waits for its response.</summary>
    void Request(
        Downlink downlink, DownlinkState state, CoapCode method, IReadOnlyList<CoapOption> options,
        ReadOnlyMemory<byte> payload = default, ReadOnlyMemory<byte>? token = null)
    {
        // A request that is repeated in a message of its own ends with its last repetition (RFC 7252 §4.2).
        TimeSpan? lastWait = state == DownlinkState.AwaitContinue || downlink.Command.IsRepeatedByOwner ? TimeSpan.Zero : null;
        var all = downlink.Session.UriPath(downlink.Path).Concat(options).OrderBy(o => o.Number).ToList();
        var request = new CoapRequest(method, all, payload) { Token = token, MinLastWait = lastWait };
        downlink.State = state;
        downlink.Exchange = endpoint.SendRequest(context.Now, downlink.Session.Registration.Peer, request);
        downlink.Session.AddExchange(downlink.Exchange);
        _byExchange[downlink.Exchange] = downlink;
    }

    bool TryRemove(long exchange, out Downlink downlink)
    {
        if (!_byExchange.Remove(exchange, out downlink!))
            return false;
        downlink.Session.RemoveExchange(exchange);
        return true;
    }

    void EmitAnswered(Downlink downlink, CoapCode code) =>
        context.Emit(new DownlinkAnswered(context.Now, downlink.Session.Device.Imei, downlink.Kind, downlink.Path, code));

    enum BlockProgress
    {
        Whole,
        Fetching,
        Broken,
    }
}
