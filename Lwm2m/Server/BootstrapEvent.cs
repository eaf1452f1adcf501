using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Server;

/// <summary>What a <see cref="BootstrapServer"/> tells its owner.</summary>
public abstract record BootstrapEvent(CoapPeer Peer, string Endpoint);

/// <summary>A bootstrap request that waits for <see cref="BootstrapServer.Begin"/> or <see cref="BootstrapServer.Refuse"/>.</summary>
public sealed record BootstrapAsked(CoapPeer Peer, long Exchange, string Endpoint, string? AuthCode) : BootstrapEvent(Peer, Endpoint)
{
    /// <summary>Without the code, so that a log line cannot leak it.</summary>
    public override string ToString() => $"bootstrap of {Endpoint} from {Peer}";
}

public sealed record BootstrapFinished(CoapPeer Peer, string Endpoint) : BootstrapEvent(Peer, Endpoint);

/// <param name="Code">The client's answer, when that was the reason.</param>
public sealed record BootstrapFailed(CoapPeer Peer, string Endpoint, BootstrapFailure Reason, CoapCode? Code)
    : BootstrapEvent(Peer, Endpoint);

public enum BootstrapFailure
{
    /// <summary>A write or the finish was answered with anything but 2.04.</summary>
    Refused,
    Timeout,
    Reset,
}
