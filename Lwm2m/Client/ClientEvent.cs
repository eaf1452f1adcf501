using System.Net;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <summary>What the client tells its owner.</summary>
public abstract record ClientEvent;

public sealed record BootstrapSucceeded(ServerAccount Account) : ClientEvent;

/// <summary>The bootstrap server wrote resources of the Server object (lwm2m dialect).</summary>
public sealed record ServerObjectWritten(IReadOnlyList<WriteItem> Items) : ClientEvent;

/// <summary>A session could not be set up. <paramref name="Code"/> is the server's refusal, if there was one.</summary>
public sealed record OpenFailed(bool InBootstrap, ClientFailure Reason, CoapCode? Code) : ClientEvent;

public sealed record Registered(string Location) : ClientEvent;
public sealed record UpdateSucceeded(bool Automatic) : ClientEvent;

/// <summary>The server refused an Update; the client is no longer registered.</summary>
public sealed record UpdateRefused(CoapCode Code) : ClientEvent;
public sealed record UpdateTimedOut : ClientEvent;

/// <summary>The server does not know the registration any more (4.04 on Update).</summary>
public sealed record DeletedByServer : ClientEvent;
/// <summary>The registration is over. <paramref name="Reopens"/>: the client registers again by itself (Disable).</summary>
public sealed record Deregistered(bool Reopens) : ClientEvent;

/// <summary>The Deregister request went unanswered or was refused; the session is gone all the same.</summary>
public sealed record DeregisterFailed : ClientEvent;
public sealed record LifetimeExpired : ClientEvent;

/// <summary>A Read that the owner answers with <see cref="Lwm2mClient.RespondContent"/> or <see cref="Lwm2mClient.Respond"/>.</summary>
/// <param name="ForObserve">The values are wanted for the first answer to an observe request.</param>
public sealed record ReadRequested(long Exchange, ushort MessageId, ResourcePath Path, bool ForObserve) : ClientEvent;

/// <summary>One resource of a Write, as bytes off the wire.</summary>
public sealed record WriteItem(ResourcePath Path, ReadOnlyMemory<byte> Bytes, WriteFormat Format);

public enum WriteFormat
{
    Text,
    Opaque,
    Tlv,
}

/// <summary>A Write of one or more resources. <paramref name="PayloadLength"/> counts the request's payload in bytes.</summary>
public sealed record WriteRequested(long Exchange, ushort MessageId, ResourcePath Path, IReadOnlyList<WriteItem> Items, int PayloadLength, bool Blockwise) : ClientEvent;

/// <summary>A block of a write to <see cref="Lwm2mClient.StreamedPath"/>; 2.04 asks for the next one.</summary>
public sealed record WriteBlockRequested(long Exchange, ushort MessageId, ResourcePath Path, ReadOnlyMemory<byte> Bytes, CoapBlock Block) : ClientEvent;

/// <summary>
/// A block that waits for its answer came again in a message of its own: whoever knows it by the former exchange answers the new one. It is
/// not shown again, for the MCU could not tell it from the next block.
/// </summary>
public sealed record WriteBlockRepeated(long Former, long Exchange) : ClientEvent;

public sealed record ExecuteRequested(long Exchange, ushort MessageId, ResourcePath Path, ReadOnlyMemory<byte> Arguments, bool Blockwise) : ClientEvent;

/// <summary>The server repeated a Read, Write or Execute that is still unanswered.</summary>
public sealed record RequestRepeated(long Exchange) : ClientEvent;

/// <summary>An observation was added or cancelled; already answered.</summary>
public sealed record ObserveHandled(ushort MessageId, bool Added, ResourcePath Path) : ClientEvent;

/// <summary>A Discover; already answered.</summary>
public sealed record DiscoverHandled(ushort MessageId, ResourcePath Path) : ClientEvent;

/// <summary>A Write-Attributes; already answered.</summary>
public sealed record AttributesHandled(ushort MessageId, ResourcePath Path, ObserveAttributes Attributes) : ClientEvent;

public sealed record NotificationAcknowledged(long Exchange) : ClientEvent;
public sealed record NotificationFailed(long Exchange, CoapFailure Reason) : ClientEvent;

/// <summary>The host's address is needed: answer with <see cref="Lwm2mClient.HandleResolved"/>.</summary>
public sealed record ResolveRequested(string Host) : ClientEvent;

/// <summary>A message of a server, in clear (<see cref="Lwm2mClient.TellsReceived"/>).</summary>
public sealed record MessageTaken(ReadOnlyMemory<byte> Message) : ClientEvent;

/// <summary>State change, for the trace.</summary>
public sealed record StateChanged(ClientState From, ClientState To, string Why) : ClientEvent;

/// <summary>A message of the server, for the trace (<see cref="Lwm2mClientOptions.TellsMessages"/>).</summary>
public sealed record MessageReceived(IPEndPoint From, CoapMessage Message) : ClientEvent;

/// <summary>A message of the server without effect, for the trace (<see cref="Lwm2mClientOptions.TellsMessages"/>).</summary>
public sealed record MessageIgnored(IPEndPoint From, CoapIgnoreReason Reason) : ClientEvent;

/// <summary>The address is taken for aged: messages wait for a new handshake (manual §2.7).</summary>
public sealed record AddressAged : ClientEvent;

/// <summary>Something of DTLS for the trace. No secret is in it. <paramref name="IsProblem"/>: the user should hear of it.</summary>
public sealed record SecurityNote(string Name, string Detail, bool IsProblem, params IReadOnlyList<TraceField> Fields) : ClientEvent;

/// <summary>Secrets of a handshake, for a key log that the user asked for.</summary>
public sealed record SecretsAgreed(byte[] ClientRandom, byte[] MasterSecret) : ClientEvent
{
    public override string ToString() => "secrets of a handshake";
}
