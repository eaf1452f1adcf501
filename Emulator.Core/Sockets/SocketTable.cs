using System.Diagnostics.CodeAnalysis;

namespace M531x.Emulator.Core.Sockets;

/// <summary>The sockets of one module by their number; the lowest free one is given out.</summary>
sealed class SocketTable(int capacity)
{
    readonly SortedDictionary<int, ModuleSocket> _sockets = [];
    long _lastKey;

    public IReadOnlyList<ModuleSocket> All => [.. _sockets.Values];

    public TimeSpan NextDeadline => _sockets.Count == 0 ? TimeSpan.MaxValue : _sockets.Values.Min(s => s.Deadline);

    /// <summary>The lowest number that is free; false when all are in use.</summary>
    public bool TryFindFree(out int id)
    {
        id = Enumerable.Range(0, capacity).FirstOrDefault(i => !_sockets.ContainsKey(i), -1);
        return id >= 0;
    }

    public void Add(ModuleSocket socket)
    {
        Renew(socket);
        _sockets.Add(socket.Id, socket);
    }

    /// <summary>Gives the socket a key that nobody has had.</summary>
    public void Renew(ModuleSocket socket) => socket.Key = ++_lastKey;

    public void Remove(ModuleSocket socket) => _sockets.Remove(socket.Id);

    public bool TryFind(int id, [NotNullWhen(true)] out ModuleSocket? socket) => _sockets.TryGetValue(id, out socket);

    public bool TryFindKey(long key, [NotNullWhen(true)] out ModuleSocket? socket)
    {
        socket = _sockets.Values.FirstOrDefault(s => s.Key == key);
        return socket is not null;
    }

    /// <summary>Takes a socket whose deadline has passed.</summary>
    public bool TryTakeDue(TimeSpan now, [NotNullWhen(true)] out ModuleSocket? socket)
    {
        socket = _sockets.Values.FirstOrDefault(s => s.Deadline <= now);
        if (socket is not null)
            socket.Deadline = TimeSpan.MaxValue;
        return socket is not null;
    }
}
