using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.Sockets;

[assembly: CommandFamily<SocketsPart>(Order = 40)]

namespace M531x.Emulator.Core.Sockets;

/// <summary>The MCU's sockets, pings and name queries, and what the network has for them until the radio lets it through.</summary>
sealed class SocketsPart : ModulePart, ICommandFamily<SocketsPart>, IRadioUser
{
    /// <summary>Datagrams the network keeps for a module in eDRX; the oldest goes first.</summary>
    const int MaxHeldDatagrams = 10;

    readonly NameQueries _names;
    readonly SocketFace _face;
    readonly Lookups _lookups;
    readonly Pings _pings;
    readonly Queue<SocketInput> _held = [];

    SocketsPart(ModuleContext context) : base(context)
    {
        _names = new NameQueries(context);
        _face = Profile.Sockets switch
        {
            SocketDialect.Neul => new NeulSockets(context, _names),
            SocketDialect.Ip => new IpSockets(context, _names),
            _ => new PromptSockets(context, _names),
        };
        _lookups = new Lookups(context, _names);
        _pings = new Pings(context, _names);
    }

    public static IEnumerable<AtCommand> Rows => [.. NeulRows.All, .. IpRows.All, .. HostRows.All];

    public RadioTurn Turn => RadioTurn.Resume;

    public override TimeSpan NextDeadline => Earlier(Earlier(_face.NextDeadline, _lookups.NextDeadline), _pings.NextDeadline);

    public static SocketsPart Create(ModuleContext context) => new(context);

    public override object? RoomOf(Type type) => Array.Find<object>([this, _face, _lookups, _pings], type.IsInstanceOfType);

    /// <summary>What the network says to a socket or a ping; it passes the radio as a datagram of the LwM2M client does.</summary>
    public void HandleInput(SocketInput input)
    {
        switch (Context.Radio.Receive(Now, SizeOf(input)))
        {
            case RadioDelivery.Received:
                Context.Air.Drain();
                Receive(input);
                break;
            case RadioDelivery.Lost when IsLossy(input):
                TraceLost(input);
                break;
            default:
                Hold(input);
                break;
        }
    }

    /// <summary>The address of a name that a socket, a ping or a query asks for; null when the name is not found.</summary>
    public void HandleResolved(string host, IPAddress? address)
    {
        if (!_names.TryReceive(host))
            return;
        _lookups.HandleName(host, address);
        _face.Engine.HandleName(host, address);
        _pings.HandleName(host, address);
    }

    public void HandleRadio(RadioEvent radioEvent)
    {
        switch (radioEvent)
        {
            case RadioStateChanged { To: not (RadioState.Connected or RadioState.Idle) }:
                Keep(i => !IsLossy(i));
                break;
            case RrcChanged { Connected: true }:
                while (_held.TryDequeue(out var input))
                    Receive(input);
                _face.Engine.Resume();
                break;
            case AddressChanged { Address: null }:
                _face.Engine.LoseAll();
                _held.Clear();
                break;
            case AddressChanged:
                _face.Engine.AgeAll();
                break;
        }
    }

    public override void HandleTimeout()
    {
        _face.Engine.HandleTimeout();
        _lookups.HandleTimeout();
        _pings.HandleTimeout();
        _face.HandleTimeout();
    }

    public override void Reset()
    {
        _face.Engine.Forget();
        _held.Clear();
        _lookups.Reset();
        _names.Reset();
        _pings.Reset();
        _face.Reset();
    }

    /// <summary>The sockets lose their mappings with all others; the fault itself is the address part's.</summary>
    public override bool TryApply(ActiveFault fault, bool begins)
    {
        if (fault.Spec.Type.Name == "nat-rebind")
            _face.Engine.AgeAll();
        return false;
    }

    void Receive(SocketInput input)
    {
        if (input is PingAnswered answer)
            _pings.HandleAnswer(answer);
        else
            _face.Engine.HandleInput(input);
    }

    int SizeOf(SocketInput input) => input switch
    {
        StreamReceived stream => stream.Bytes.Length,
        DatagramReceived datagram => datagram.Bytes.Length,
        PingAnswered => _pings.Size,
        _ => 0,
    };

    /// <summary>The sender of a stream repeats what was lost until the module is reached; datagrams and pings are not repeated.</summary>
    static bool IsLossy(SocketInput input) => input is DatagramReceived or PingAnswered;

    void Hold(SocketInput input)
    {
        if (_held.Count(IsLossy) == MaxHeldDatagrams && IsLossy(input))
        {
            var oldest = _held.First(IsLossy);
            Keep(i => !ReferenceEquals(i, oldest));
        }
        _held.Enqueue(input);
    }

    void Keep(Func<SocketInput, bool> keeps)
    {
        for (var left = _held.Count; left > 0; left--)
        {
            var input = _held.Dequeue();
            if (keeps(input))
                _held.Enqueue(input);
            else
                TraceLost(input);
        }
    }

    void TraceLost(SocketInput input) =>
        Trace("radio", "downlink.lost", input.GetType().Name, ("why", $"{input.GetType().Name} for a socket"));
}
