using System.Globalization;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Recordings;

/// <summary>Reads a session while it passes, for what a recorder has to know of it. It keeps no more than the command under way.</summary>
sealed class SessionWatch
{
    const int LongestLine = 8192;

    readonly ExchangeLog _log;
    readonly McuTyping _typing;

    public SessionWatch()
    {
        _log = new ExchangeLog(TimeSpan.Zero) { Finished = Learn };
        _typing = new McuTyping(_log);
    }

    /// <summary>What AT+CGMR was answered with first; null so far.</summary>
    public string? Firmware { get; private set; }

    /// <summary>What AT+IPR or AT+NATSPEED has set last, in bit/s; null so far. A speed that follows the MCU is none.</summary>
    public int? Speed { get; private set; }

    public void Take(TimeSpan at, bool byMcu, ReadOnlySpan<byte> bytes)
    {
        if (byMcu)
            _typing.Take(at, bytes, 0);
        else
            _log.Received(at, bytes, 0);
        _typing.Limit(LongestLine);
        _log.Forget(LongestLine);
    }

    void Learn(Exchange exchange)
    {
        if (exchange.Name.Length == 0 || exchange.Response[^1].Text != "OK")
            return;
        var command = AtLine.Parse(exchange.Command.Trim(' ')["AT".Length..]);
        switch (exchange.Name)
        {
            case "+CGMR" when command.Form == AtForms.Execute:
                Firmware ??= RevisionOf(exchange);
                break;
            case "+IPR" or "+NATSPEED" when command.Form == AtForms.Set:
                Speed = SpeedOf(command.Arguments) ?? Speed;
                break;
        }
    }

    /// <summary>The lines between echo and OK, without the command's name in front.</summary>
    static string? RevisionOf(Exchange exchange)
    {
        var lines = exchange.Response.SkipLast(1).Select(l => l.Text).Where(l => l != exchange.Command)
            .Select(l => LineKinds.KindOf(l) == exchange.Name ? l[exchange.Name.Length..].TrimStart(':', '=', ' ') : l);
        var text = string.Join(' ', lines);
        return text.Length == 0 ? null : text;
    }

    static int? SpeedOf(string arguments)
    {
        var end = arguments.AsSpan().IndexOfAny(',', ';');
        return int.TryParse(end < 0 ? arguments : arguments[..end], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var speed) && speed > 0 ? speed : null;
    }
}
