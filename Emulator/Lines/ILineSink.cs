namespace M531x.Emulator.Lines;

/// <summary>What a line delivers to. The calls come one after another; a span is valid during the call only.</summary>
interface ILineSink
{
    void Received(ReadOnlySpan<byte> bytes);

    /// <summary>A client has the line open; always called before its first bytes.</summary>
    void ClientOpened();

    /// <summary>The client is gone; called after its last bytes.</summary>
    void ClientClosed();

    /// <summary>Something about the line that its user should read, such as an adapter that was pulled out.</summary>
    void LineChanged(string what) { }
}
