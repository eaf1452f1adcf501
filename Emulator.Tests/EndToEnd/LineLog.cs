using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>Lines that arrive from another thread, kept in order. Waiting ends with the line, never with a fixed pause.</summary>
sealed class LineLog(string name)
{
    /// <summary>Far more than anything takes; only a failing test waits so long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly object _lock = new();
    readonly List<string> _lines = [];
    int _next;
    bool _ended;

    public string[] All
    {
        get { lock (_lock) return [.. _lines]; }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>No line will follow: whoever waits need not wait on.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The very next line.</summary>
    public string Next() => Await(_ => true, "a line");

    /// <summary>The next line that starts so; others are skipped.</summary>
    public string Await(string start) => Await(line => line.StartsWith(start, StringComparison.Ordinal), $"'{start}'");

    public string Await(Func<string, bool> matches, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (_lock)
        {
            var first = _next;
            while (true)
            {
                while (_next < _lines.Count)
                {
                    if (matches(_lines[_next++]))
                        return _lines[_next - 1];
                }
                var left = Limit - TimeProvider.System.GetElapsedTime(start);
                if (_ended || left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                    throw new AssertionException($"{name}: no {what}; came: {string.Join(" | ", _lines.Skip(first))}");
            }
        }
    }

    /// <summary>Waits for the end and answers everything.</summary>
    public string[] AwaitEnd()
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (_lock)
        {
            while (!_ended)
            {
                var left = Limit - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                    throw new AssertionException($"{name} has not ended; came: {string.Join(" | ", _lines)}");
            }
            return [.. _lines];
        }
    }
}
