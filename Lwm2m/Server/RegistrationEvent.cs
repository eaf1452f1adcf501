using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Server;

/// <summary>What a <see cref="RegistrationServer"/> tells its owner.</summary>
public abstract record RegistrationEvent;

/// <summary>
/// A well-formed Register that waits for <see cref="RegistrationServer.Accept"/> or <see cref="RegistrationServer.Refuse"/>.
/// </summary>
/// <param name="AuthCode">OneNET's option 63, null when absent.</param>
public sealed record RegistrationAsked(
    CoapPeer Peer, long Exchange, string Endpoint, RegistrationParameters Parameters, string? AuthCode) : RegistrationEvent
{
    /// <summary>Of the answer, whatever it is: the Block1 of a list that came in blocks.</summary>
    public IReadOnlyList<CoapOption> AnswerOptions { get; init; } = [];

    /// <summary>Without the code, so that a log line cannot leak it.</summary>
    public override string ToString() => $"Register of {Endpoint} from {Peer}";
}

/// <param name="PreviousPeer">Where the client was before; differs from the registration's peer when it moved.</param>
/// <param name="PreviousObjects">The object list before, for comparison with the registration's.</param>
public sealed record RegistrationUpdated(
    Registration Registration, CoapPeer PreviousPeer, IReadOnlyList<RegisteredObject> PreviousObjects) : RegistrationEvent;

public sealed record RegistrationEnded(Registration Registration, RegistrationEndReason Reason) : RegistrationEvent;

/// <summary>A request that was answered with an error code without any effect.</summary>
public sealed record RegistrationRejected(CoapPeer Peer, string Path, CoapCode Code) : RegistrationEvent;

public enum RegistrationEndReason
{
    Deregistered,
    Expired,

    /// <summary>The same endpoint registered again.</summary>
    Replaced,

    /// <summary>The owner took it away: the client's next Update is answered 4.04.</summary>
    Removed,
}
