using System.Text;

namespace M531x.Emulator.Core.Recordings;

/// <summary>Cuts what an MCU sends into commands: CR ends one, what answers a prompt is taken as it is.</summary>
sealed class McuTyping(ExchangeLog log)
{
    readonly List<byte> _typed = [];

    public void Take(TimeSpan at, ReadOnlySpan<byte> bytes, int line)
    {
        if (log.IsPrompting)
        {
            End(at, line);
            log.Sent(at, Encoding.Latin1.GetString(bytes), bytes.ToArray(), line);
            return;
        }
        foreach (var value in bytes)
        {
            // Line feeds behind a CR say nothing.
            if (value == '\n' && _typed.Count == 0)
                continue;
            _typed.Add(value);
            if (value == '\r')
                End(at, line);
        }
    }

    /// <summary>What was typed is all of the command.</summary>
    public void End(TimeSpan at, int line)
    {
        var text = Encoding.Latin1.GetString([.. _typed]).TrimEnd('\r');
        if (text.Trim(' ').Length > 0)
            log.Sent(at, text, _typed.ToArray(), line);
        _typed.Clear();
    }

    /// <summary>Drops what has grown too long for a command.</summary>
    public void Limit(int length)
    {
        if (_typed.Count > length)
            _typed.Clear();
    }
}
