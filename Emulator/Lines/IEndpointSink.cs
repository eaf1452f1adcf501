namespace M531x.Emulator.Lines;

/// <summary>Receives what an endpoint delivers. Calls do not overlap; a span is valid during its call only.</summary>
interface IEndpointSink
{
    void Received(ReadOnlySpan<byte> bytes);

    /// <summary>A client has connected; called before its first bytes.</summary>
    void ClientOpened();

    /// <summary>The client is gone; called after its last bytes.</summary>
    void ClientClosed();

    /// <summary>A message about the endpoint for the user, such as an adapter that was pulled out.</summary>
    void StatusChanged(string what) { }
}
