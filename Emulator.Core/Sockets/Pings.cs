using System.Globalization;
using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>AT+NPING=host[,size[,time-out[,count]]], AT+PING likewise: OK, then a line for each ping. One series at a time.</summary>
sealed class Pings(ModuleContext context, NameQueries names)
{
    /// <summary>&lt;err&gt; of +NPINGERR and +PINGERR.</summary>
    const int TimedOut = 1;
    const int NotSent = 2;

    Ping? _ping;
    long _lastKey;

    public TimeSpan NextDeadline => _ping?.Deadline ?? TimeSpan.MaxValue;

    /// <summary>Payload bytes of the present series.</summary>
    public int Size => _ping?.Size ?? 0;

    public AtResult Start(string command, AtArguments arguments, int defaultSize, int defaultTimeout)
    {
        var host = arguments.Text(0);
        if (!HostAddress.IsName(host))
            return AtResult.Error;
        if (_ping is not null)
            return CmeError.OperationNotAllowed;
        if (!context.Air.HasNetwork)
            return CmeError.NoNetworkService;
        var ping = _ping = new Ping
        {
            Command = command,
            Host = host,
            Size = arguments.Has(1) ? arguments.Int(1) : defaultSize,
            Timeout = TimeSpan.FromMilliseconds(arguments.Has(2) ? arguments.Int(2) : defaultTimeout),
            Left = arguments.Has(3) ? arguments.Int(3) : 1,
        };
        if (HostAddress.TryParse(host, out var address))
        {
            ping.Address = address;
            SendNext(ping);
            return AtResult.Ok;
        }
        ping.Deadline = context.Now + NameQueries.Timeout;
        names.Ask(host);
        return AtResult.Ok;
    }

    public void HandleName(string host, IPAddress? address)
    {
        if (_ping is not { Address: null } ping || !NameQueries.IsSame(ping.Host, host))
            return;
        ping.Address = address;
        if (address is null)
            End(ping, NotSent);
        else
            SendNext(ping);
    }

    public void HandleAnswer(PingAnswered answer)
    {
        if (_ping is not { } ping || ping.Key != answer.Key)
            return;
        // Never 0: programs read that as a failure.
        var milliseconds = Math.Max(1, (long)answer.RoundTrip.TotalMilliseconds);
        Urc(ping.Command, string.Create(CultureInfo.InvariantCulture, $"{ping.Address},{answer.TimeToLive},{milliseconds}"));
        Continue(ping);
    }

    public void HandleTimeout()
    {
        if (_ping is not { } ping || ping.Deadline > context.Now)
            return;
        if (ping.Address is null)
        {
            End(ping, NotSent);
            return;
        }
        PrintError(ping, TimedOut);
        Continue(ping);
    }

    /// <summary>The module restarts.</summary>
    public void Reset() => _ping = null;

    void SendNext(Ping ping)
    {
        ping.Left--;
        ping.Key = ++_lastKey;
        ping.Deadline = context.Now + ping.Timeout;
        if (context.Air.Send(context.Now, ping.Size))
            context.Emit(new SendPing(ping.Key, ping.Address!, ping.Size, ping.Timeout));
    }

    void Continue(Ping ping)
    {
        if (ping.Left > 0)
            SendNext(ping);
        else
            _ping = null;
    }

    void End(Ping ping, int error)
    {
        PrintError(ping, error);
        _ping = null;
    }

    void PrintError(Ping ping, int error) => Urc($"{ping.Command}ERR", error.ToString(CultureInfo.InvariantCulture));

    void Urc(string name, string value) => context.Output.Urc($"{name}:{context.Profile.ColonSpaceOf(name)}{value}");
}
