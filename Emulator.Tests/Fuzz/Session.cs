using System.Net;
using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Tests.Fuzz;

public enum StartState
{
    Idle,
    Created,
    Bootstrapping,
    Registering,
    Registered,
    Updating,
    Deregistering,
}

/// <summary>A world in a given state that takes a script's steps and says what is wrong with it afterwards.</summary>
sealed class Session
{
    /// <summary>One Ethernet jumbo would do; this is what UDP can carry at all.</summary>
    const int MaxDatagram = 65507;

    static readonly IPEndPoint Stranger = IPEndPoint.Parse("203.0.113.7:5683");

    readonly Mcu _mcu;
    bool _alive = true;
    int _checkedDatagrams;

    public Session(ulong seed, StartState start, Lwm2mDialect dialect = Lwm2mDialect.OneNet, bool ages = true)
    {
        var module = new ModuleOptions { Dialect = dialect };
        _mcu = new Mcu(new VirtualWorldOptions { Seed = seed, Module = ages ? module : module with { IpAgeing = null } });
        _ = new Sockets.SocketBench(_mcu); // an echo server for the sockets of the script
        World.Passes = (_, _) => _alive;
        Enter(start);
    }

    public Mcu Mcu => _mcu;
    public VirtualWorld World => _mcu.World;

    void Enter(StartState start)
    {
        if (start is StartState.Idle)
            return;
        if (start >= StartState.Registered)
        {
            Setup("AT+MIPLCREATE");
            Setup("AT+MIPLOPEN=0,3000,30");
            _mcu.Await("+MIPLEVENT:0,6");
            _mcu.Advance(1);
        }
        else
        {
            Setup(start == StartState.Registering ? "AT+MIPLCREATEEX=\"183.230.40.40:5683\",0" : "AT+MIPLCREATE");
        }
        _alive = start is StartState.Created or StartState.Registered;
        if (start is StartState.Bootstrapping or StartState.Registering)
            _mcu.Send("AT+MIPLOPEN=0,3000,30");
        else if (start is StartState.Updating)
            _mcu.Send("AT+MIPLUPDATE=0,0,1");
        else if (start is StartState.Deregistering)
            _mcu.Send("AT+MIPLCLOSE=0");
        _mcu.Advance(0.2);
    }

    void Setup(string command)
    {
        _mcu.Send(command);
        if (!command.StartsWith("AT+MIPLCREATE", StringComparison.Ordinal))
            return;
        _mcu.Send("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        _mcu.Send("AT+MIPLDISCOVERRSP=0,3200,1,9,\"5500;5750\"");
    }

    public void Do(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Serial:
                World.Line.Send(step.Bytes);
                break;
            case StepKind.FromServer:
                World.SendToModule(VirtualWorld.Lwm2mServer, Fitted(step, up: true));
                break;
            case StepKind.FromBootstrapServer:
                World.SendToModule(VirtualWorld.BootstrapServer, Fitted(step, up: true));
                break;
            case StepKind.FromStranger:
                World.SendToModule(Stranger, Fitted(step, up: true));
                break;
            case StepKind.ToPlatform:
                World.Platform.HandleDatagram(World.Now, OneNetPort.Lwm2m, World.ModuleAddress, Fitted(step, up: false));
                break;
            case StepKind.ToPlatformFromStranger:
                World.Platform.HandleDatagram(World.Now, OneNetPort.Lwm2m, Stranger, Fitted(step, up: false));
                break;
            case StepKind.ToBootstrap:
                World.Platform.HandleDatagram(World.Now, OneNetPort.Bootstrap, World.ModuleAddress, Fitted(step, up: false));
                break;
            case StepKind.Wait:
                World.Advance(TimeSpan.FromMilliseconds(step.Milliseconds));
                break;
            case StepKind.Network:
                _alive = step.Milliseconds != 0;
                break;
        }
        World.Advance(TimeSpan.FromMilliseconds(60));
    }

    byte[] Fitted(Step step, bool up)
    {
        var bytes = (byte[])step.Bytes.Clone();
        var index = World.Datagrams.FindLastIndex(d => d.Up == up && d.Bytes.Length >= 4);
        if (index < 0 || bytes.Length < 4 || step.Fit == Fit.AsIs)
            return bytes;
        var model = World.Datagrams[index].Bytes.Span;
        if (step.Fit is Fit.MessageId or Fit.MessageIdAndToken)
            model[2..4].CopyTo(bytes.AsSpan(2));
        if (step.Fit == Fit.MessageId)
            return bytes;
        var (have, want) = (bytes[0] & 15, model[0] & 15);
        if (have > 8 || want > 8 || bytes.Length < 4 + have || model.Length < 4 + want)
            return bytes;
        return [(byte)((bytes[0] & 0xF0) | want), .. bytes[1..4], .. model[4..(4 + want)], .. bytes[(4 + have)..]];
    }

    /// <summary>What is wrong after the steps, or null: the module must answer AT, and nothing may have grown.</summary>
    public string? Fault()
    {
        for (; _checkedDatagrams < World.Datagrams.Count; _checkedDatagrams++)
        {
            var datagram = World.Datagrams[_checkedDatagrams];
            if (datagram.Bytes.Length > MaxDatagram)
                return $"a datagram of {datagram.Bytes.Length} bytes";
        }
        World.Line.Send(Encoding.Latin1.GetBytes("\r"));
        _mcu.Advance(3); // the boot lines, if the garbage held a reboot
        World.Line.Send(Encoding.Latin1.GetBytes("\rATE0\r"));
        _mcu.Take();
        var before = _mcu.Raw.Length;
        _mcu.Send("AT");
        if (_mcu.Raw[before..] != "\r\nOK\r\n")
            return $"AT is answered {_mcu.Raw[before..]}";
        return Growth();
    }

    public string? Growth()
    {
        if (World.Module.Mipl is not { Client: { } client, Status: { } status })
            return null;
        if (client.Remembered > 2000)
            return $"the client remembers {client.Remembered}";
        return status.Operations + status.HeldValues > 700 || status.FollowUps > 2 * Lwm2mClient.MaxUnacknowledged
            ? $"the instance remembers {status}"
            : null;
    }

    /// <summary>The last datagram of the module, decoded.</summary>
    public CoapMessage LastUp()
    {
        var found = World.Datagrams.FindLast(d => d.Up);
        return CoapCodec.TryDecode(found.Bytes.Span, out var message, out _) ? message : throw new InvalidOperationException("nothing left the module");
    }
}
