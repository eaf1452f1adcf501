using M531x.Dtls;

namespace M531x.Lwm2m.Client;

/// <summary>What goes on the wire: OneNET's habits, or clean LwM2M 1.0.</summary>
public enum Lwm2mDialect
{
    /// <summary>No lwm2m= query, /0/0 listed, option 63, TLV as 1542, empty first observe answer.</summary>
    OneNet,

    /// <summary>lwm2m=1.0, TLV as 11542 or as accepted, values in the first observe answer, objects 1 and 3 served.</summary>
    Lwm2m,
}

/// <summary>Where a server is, as the account names it: a host name or an address, and a UDP port.</summary>
public sealed record ServerAddress(string Host, int Port)
{
    /// <summary>The port that means DTLS to a module (manual §2.5).</summary>
    public const int DtlsPort = 5684;

    public bool UsesDtls => Port == DtlsPort;

    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>How to reach and authenticate to a server.</summary>
public sealed record ServerAccount(ServerAddress Address, bool IsBootstrap, string? AuthCode = null, PskCredential? Psk = null);

/// <summary>Fixed settings of a client.</summary>
public sealed record Lwm2mClientOptions
{
    public required string EndpointName { get; init; }
    public Lwm2mDialect Dialect { get; init; } = Lwm2mDialect.OneNet;

    /// <summary>Binding mode of Register: U is UDP without queue mode.</summary>
    public string Binding { get; init; } = "U";

    /// <summary>Notifications leave as ACK messages with a message id of their own; none is confirmable.</summary>
    public bool NotificationsAsAcknowledgements { get; init; }

    /// <summary>An empty confirmable message is acknowledged instead of reset.</summary>
    public bool AcknowledgesPing { get; init; }

    /// <summary>The first time-out of a confirmable message is exactly 2 s instead of random between 2 and 3.</summary>
    public bool FixedAckTimeout { get; init; }

    /// <summary>One resource reported or read at instance level goes out without its instance entry (onenet dialect).</summary>
    public bool SingleValueBare { get; init; }

    /// <summary>A bootstrapped server's port is the bootstrap server's, whatever its URI says.</summary>
    public bool KeepsConfiguredPort { get; init; }

    /// <summary>Register and Update do not list the Security instances (onenet dialect).</summary>
    public bool OmitsSecurityLinks { get; init; }

    /// <summary>An Observe of an object that no Register lists is accepted instead of refused.</summary>
    public bool HiddenObjectsCanBeObserved { get; init; }

    /// <summary>A failed registration is tried again after this; null gives up at once.</summary>
    public TimeSpan? RegisterRetryDelay { get; init; }

    /// <summary>The registration is over, and <see cref="Deregistered"/> told, as soon as Deregister is sent; its answer is not heard.</summary>
    public bool DeregistersOnSend { get; init; }

    /// <summary>Settings of associations with servers on port 5684.</summary>
    public DtlsClientOptions Dtls { get; init; } = new();

    /// <summary>A handshake that is not done after this begins again from the first hello; null goes on with it, as RFC 6347 has it.</summary>
    public TimeSpan? DtlsRestartAfter { get; init; }

    /// <summary>Randomness of those associations; without it there are none.</summary>
    public RandomFill? SecureRandom { get; init; }

    /// <summary>Most messages that wait for a new handshake, and most bytes before encryption (manual §2.7).</summary>
    public int CacheMessages { get; init; } = 10;
    public int CacheBytes { get; init; } = 2048;

    /// <summary>Messages that come in are told as <see cref="MessageReceived"/> and <see cref="MessageIgnored"/>, for a trace.</summary>
    public bool TellsMessages { get; init; }
}

/// <summary>Where the client is, in the order of a session's life.</summary>
public enum ClientState
{
    Idle,
    ResolveBootstrapServer,
    AwaitBootstrapHandshake,
    AwaitBootstrapResponse,
    AwaitBootstrapFinish,
    ResolveServer,
    AwaitHandshake,
    AwaitRegisterResponse,

    /// <summary>A registration failed and is tried again (<see cref="Lwm2mClientOptions.RegisterRetryDelay"/>).</summary>
    AwaitRegisterRetry,
    Registered,
    AwaitUpdateResponse,
    AwaitDeregisterResponse,
}

/// <summary>Why a bootstrap or registration ended without success.</summary>
public enum ClientFailure
{
    NameNotResolved,
    Refused,
    Timeout,
    Reset,
    NoAccount,

    /// <summary>The port asks for DTLS and there is no key.</summary>
    SecurityUnavailable,
    NoCommonSuite,
    UnknownIdentity,
    WrongKey,
    HandshakeFailed,
    ClosedByServer,
}
