namespace M531x.Emulator.Core.World;

/// <summary>A TCP server played by a test.</summary>
interface IVirtualStreamServer
{
    void Received(TimeSpan now, VirtualStream stream, ReadOnlyMemory<byte> bytes);

    /// <summary>The module has closed the connection.</summary>
    void Closed(TimeSpan now, VirtualStream stream);
}
