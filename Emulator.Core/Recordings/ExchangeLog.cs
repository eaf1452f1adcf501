using System.Text;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Recordings;

/// <summary>
/// Sorts a serial line into exchanges, the same way for a recording and for what is played: answers go to the oldest command without its
/// final result, all else is unsolicited.
/// </summary>
sealed class ExchangeLog
{
    /// <summary>An MCU that sends a further command this long after one without an answer has given that one up.</summary>
    static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(1);

    readonly List<Exchange> _open = [];
    readonly StringBuilder _rest = new();
    TimeSpan _restAt;
    int _restLine;

    public ExchangeLog(TimeSpan start) => Exchanges = [new Exchange(start, "", default, 0) { IsFinished = true }];

    public List<Exchange> Exchanges { get; }

    /// <summary>Told of each unsolicited line with the exchange that it came in.</summary>
    public Action<Exchange, ModuleLine>? Unsolicited { get; init; }

    /// <summary>Told of each exchange whose final result has come.</summary>
    public Action<Exchange>? Finished { get; init; }

    /// <summary>The module waits for data.</summary>
    public bool IsPrompting { get; private set; }

    public Exchange Sent(TimeSpan at, string command, ReadOnlyMemory<byte> bytes, int line)
    {
        _open.RemoveAll(e => at - e.At > GivenUpAfter);
        var exchange = new Exchange(at, command, bytes, line);
        Exchanges.Add(exchange);
        _open.Add(exchange);
        IsPrompting = false;
        return exchange;
    }

    /// <summary>Bytes of the module.</summary>
    public void Received(TimeSpan at, ReadOnlySpan<byte> bytes, int line)
    {
        foreach (var value in bytes)
        {
            if (_rest.Length == 0)
                (_restAt, _restLine) = (at, line);
            _rest.Append((char)value);
            if (value == '\n' && _rest.Length > 1 && _rest[^2] == '\r')
                Take(2);
        }
        if (_rest.Equals(FinalResult.Prompt))
            Take(0);
    }

    void Take(int lineEnd)
    {
        // A command's CR is echoed in front of the answer's CR LF.
        var text = _rest.ToString(0, _rest.Length - lineEnd).TrimEnd('\r');
        _rest.Clear();
        if (text.Length > 0)
            Take(new ModuleLine(_restAt, text, _restLine));
    }

    void Take(ModuleLine line)
    {
        IsPrompting = line.Text == FinalResult.Prompt;
        if (OwnerOf(line) is not { } owner)
        {
            Exchanges[^1].Unsolicited.Add(line);
            Unsolicited?.Invoke(Exchanges[^1], line);
            return;
        }
        owner.Response.Add(line);
        if (!FinalResult.Is(line.Text))
            return;
        owner.IsFinished = true;
        _open.Remove(owner);
        Finished?.Invoke(owner);
    }

    /// <summary>Drops what has come before, for who is told of it and keeps none, and a line that has grown too long for one.</summary>
    public void Forget(int longestLine)
    {
        Exchanges.RemoveRange(0, Exchanges.Count - 1);
        Exchanges[0].Unsolicited.Clear();
        if (_rest.Length > longestLine)
            _rest.Clear();
    }

    Exchange? OwnerOf(ModuleLine line)
    {
        var echoed = _open.FindLast(e => e.Response.Count == 0 && e.Command == line.Text);
        if (echoed is not null || line.Kind.Length == 0)
            return echoed ?? _open.FirstOrDefault();
        var named = _open.Find(e => e.Name == line.Kind);
        return named ?? (LineKinds.IsUnsolicited(line.Kind) ? null : _open.FirstOrDefault());
    }
}
