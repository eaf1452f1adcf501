using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

/// <summary>Remembers what an endpoint delivers, optionally echoes it, and lets a test wait for it.</summary>
sealed class RecordingSink : IEndpointSink
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly object _lock = new();
    readonly List<byte> _received = [];
    readonly List<string> _events = [];
    readonly List<string> _changes = [];
    bool _open;

    /// <summary>Where received bytes are written back to, if anywhere.</summary>
    public ISerialEndpoint? Echo { get; init; }

    /// <summary>Called on the endpoint's own loop.</summary>
    public Action? OnReceived { get; init; }

    public byte[] ReceivedBytes
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>"opened", "received" (once for any number in a row) and "closed", in order.</summary>
    public string[] Events
    {
        get { lock (_lock) return [.. _events]; }
    }

    /// <summary>Messages for the user.</summary>
    public string[] Changes
    {
        get { lock (_lock) return [.. _changes]; }
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        Echo?.Write(bytes);
        lock (_lock)
        {
            _received.AddRange(bytes);
            if (!_open || _events[^1] != "received")
                Note(_open ? "received" : "received while closed");
            Monitor.PulseAll(_lock);
        }
        OnReceived?.Invoke();
    }

    public void ClientOpened()
    {
        lock (_lock)
        {
            Note(_open ? "opened twice" : "opened");
            _open = true;
        }
    }

    public void ClientClosed()
    {
        lock (_lock)
        {
            Note(_open ? "closed" : "closed twice");
            _open = false;
        }
    }

    public void StatusChanged(string what)
    {
        lock (_lock)
        {
            _changes.Add(what);
            Monitor.PulseAll(_lock);
        }
    }

    public void WaitForChange(string part) => WaitFor(
        () => _changes.Any(c => c.Contains(part, StringComparison.Ordinal)),
        () => $"'{part}'; got {string.Join(" | ", _changes)}");

    public void WaitForBytes(int count) => WaitFor(() => _received.Count >= count, () => $"{count} bytes; got {_received.Count}");

    public void WaitForEvent(string name, int times = 1) =>
        WaitFor(() => _events.Count(e => e == name) >= times, () => $"{name} x{times}; got {string.Join(' ', _events)}");

    /// <summary>Until the last client has gone, whatever clients there were before.</summary>
    public void WaitForNoClient() => WaitFor(() => _events.Count > 0 && !_open, () => $"no client; got {string.Join(' ', _events)}");

    void WaitFor(Func<bool> condition, Func<string> what)
    {
        var deadline = DateTime.UtcNow + Limit;
        lock (_lock)
        {
            while (!condition())
            {
                var left = deadline - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                    Assert.Fail($"Waited in vain for {what()}");
            }
        }
    }

    void Note(string name)
    {
        _events.Add(name);
        Monitor.PulseAll(_lock);
    }
}
