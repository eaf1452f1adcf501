using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.World;

/// <summary>One connection between a played server and the module. The module takes a piece when it has asked for one.</summary>
/// <param name="key">Names the connection to the module.</param>
/// <param name="travel">Lets something happen after the way through the network.</param>
/// <param name="deliver">Hands the module what has arrived.</param>
sealed class VirtualStream(long key, Action<Action> travel, Action<SocketInput> deliver)
{
    readonly Queue<ReadOnlyMemory<byte>> _arrived = [];
    bool _isAsked;
    bool _isEnded;

    /// <summary>The module's end has gone: nothing reaches it.</summary>
    public bool IsGone { get; set; }

    public void Send(ReadOnlyMemory<byte> bytes) => travel(() =>
    {
        for (var left = bytes; !left.IsEmpty; left = left[Math.Min(left.Length, ModuleSocket.MaxPiece)..])
            _arrived.Enqueue(left[..Math.Min(left.Length, ModuleSocket.MaxPiece)]);
        Pass();
    });

    public void Close() => travel(() =>
    {
        _isEnded = true;
        Pass();
    });

    public void Ask()
    {
        _isAsked = true;
        Pass();
    }

    void Pass()
    {
        if (!_isAsked || IsGone)
            return;
        if (_arrived.TryDequeue(out var bytes))
        {
            _isAsked = false;
            deliver(new StreamReceived(key, bytes));
        }
        else if (_isEnded)
        {
            _isAsked = false;
            deliver(new StreamClosed(key));
        }
    }
}
