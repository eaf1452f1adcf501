using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>Names and pings: AT+CMDNS, AT+CMDNSGIP, AT+NPING, AT+PING.</content>
sealed partial class M531xModule
{
    /// <summary>A query that stays without an answer fails after this (assumed).</summary>
    static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of a query beside its name: header, length bytes, type and class (RFC 1035 §4.1).</summary>
    const int QueryOverhead = 18;

    /// <summary>Names that are asked for at a time.</summary>
    const int MaxLookups = 8;

    /// <summary>&lt;err&gt; of +NPINGERR and +PINGERR.</summary>
    const int PingTimedOut = 1;
    const int PingNotSent = 2;

    readonly List<NameLookup> _lookups = [];
    readonly HashSet<string> _namesAsked = new(StringComparer.OrdinalIgnoreCase);
    Ping? _ping;
    long _lastPing;

    TimeSpan NextLookupDeadline => Earlier(_ping?.Deadline ?? TimeSpan.MaxValue, _lookups.Count == 0 ? TimeSpan.MaxValue : _lookups.Min(l => l.Deadline));

    /// <summary>OK, then the address; an address that is asked for comes before the OK.</summary>
    internal AtResult LookUp(string command, AtArguments arguments)
    {
        var host = arguments.Text(0);
        if (!IsHostName(host))
            return AtResult.Error;
        if (!HasNetwork)
            return CmeError.NoNetworkService;
        if (TryParseAddress(host, out var address))
        {
            Info(LookupLine(command, host, address));
            return AtResult.Ok;
        }
        if (_lookups.Count == MaxLookups)
            return CmeError.OperationNotAllowed;
        _lookups.Add(new NameLookup(command, host, _now + LookupTimeout));
        AskForName(host);
        return AtResult.Ok;
    }

    /// <summary>A name that is not found leaves the address out.</summary>
    string LookupLine(string command, string host, IPAddress? address) => Named(command, command == "+CMDNS"
        ? $"{address}"
        : $"\"{host}\",\"{address}\"");

    void AskForName(string host)
    {
        if (!SendOverRadio(host.Length + QueryOverhead))
            return; // nobody hears the question
        _namesAsked.Add(host);
        _effects.Enqueue(new ResolveName(host));
    }

    bool SendOverRadio(int bytes)
    {
        var sent = _radio.Send(_now, bytes);
        DrainRadio();
        return sent;
    }

    /// <summary>The answer to a question of the sockets; one that the radio does not let through is missed.</summary>
    void TakeName(string host, IPAddress? address)
    {
        if (!_namesAsked.Remove(host))
            return;
        if (_radio.Receive(_now, host.Length + QueryOverhead) != RadioDelivery.Received)
        {
            Trace("radio", "downlink.lost", $"address of {host}", ("why", $"address of {host}"));
            return;
        }
        DrainRadio();
        foreach (var lookup in _lookups.Where(l => IsSame(l.Host, host)).ToList())
        {
            _lookups.Remove(lookup);
            Urc(LookupLine(lookup.Command, lookup.Host, address));
        }
        foreach (var socket in _sockets.All.Where(s => s.State == SocketState.Resolving && IsSame(s.PeerName!, host)))
        {
            if (address is null)
                FailConnect(socket, "no such name");
            else
                Connect(socket, new IPEndPoint(address, socket.PeerPort));
        }
        if (_ping is not { Address: null } ping || !IsSame(ping.Host, host))
            return;
        ping.Address = address;
        if (address is null)
            EndPing(PingNotSent);
        else
            SendNextPing(ping);
    }

    static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>AT+NPING=host[,size[,time-out[,count]]], AT+PING likewise: OK, then a line for each ping. One series at a time.</summary>
    internal AtResult StartPing(string command, AtArguments arguments, int defaultSize, int defaultTimeout)
    {
        var host = arguments.Text(0);
        if (!IsHostName(host))
            return AtResult.Error;
        if (_ping is not null)
            return CmeError.OperationNotAllowed;
        if (!HasNetwork)
            return CmeError.NoNetworkService;
        var ping = _ping = new Ping
        {
            Command = command,
            Host = host,
            Size = arguments.Has(1) ? arguments.Int(1) : defaultSize,
            Timeout = TimeSpan.FromMilliseconds(arguments.Has(2) ? arguments.Int(2) : defaultTimeout),
            Left = arguments.Has(3) ? arguments.Int(3) : 1,
        };
        if (TryParseAddress(host, out var address))
        {
            ping.Address = address;
            SendNextPing(ping);
            return AtResult.Ok;
        }
        ping.Deadline = _now + LookupTimeout;
        AskForName(host);
        return AtResult.Ok;
    }

    void SendNextPing(Ping ping)
    {
        ping.Left--;
        ping.Key = ++_lastPing;
        ping.Deadline = _now + ping.Timeout;
        if (SendOverRadio(ping.Size))
            _effects.Enqueue(new SendPing(ping.Key, ping.Address!, ping.Size, ping.Timeout));
    }

    void TakePing(PingAnswered answer)
    {
        if (_ping is not { } ping || ping.Key != answer.Key)
            return;
        // Never 0: programs take that for a failure.
        var milliseconds = Math.Max(1, (long)answer.RoundTrip.TotalMilliseconds);
        Urc(Named(ping.Command, Line($"{ping.Address},{answer.TimeToLive},{milliseconds}")));
        ContinuePing(ping);
    }

    void ContinuePing(Ping ping)
    {
        if (ping.Left > 0)
            SendNextPing(ping);
        else
            _ping = null;
    }

    void EndPing(int error)
    {
        PrintPingError(_ping!, error);
        _ping = null;
    }

    void PrintPingError(Ping ping, int error) => Urc(Named($"{ping.Command}ERR", Number(error)));

    void HandleLookupTimeouts()
    {
        foreach (var lookup in _lookups.Where(l => l.Deadline <= _now).ToList())
        {
            _lookups.Remove(lookup);
            Urc(LookupLine(lookup.Command, lookup.Host, null));
        }
        if (_ping is not { } ping || ping.Deadline > _now)
            return;
        if (ping.Address is null)
        {
            EndPing(PingNotSent);
            return;
        }
        PrintPingError(ping, PingTimedOut);
        ContinuePing(ping);
    }
}
