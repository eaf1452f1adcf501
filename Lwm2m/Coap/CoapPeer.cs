using System.Net;

namespace M531x.Lwm2m.Coap;

/// <summary>
/// Whom a message goes to or came from. Two messages belong to one peer when both the address and the security
/// association are the same (RFC 7252 §9.1.1): <paramref name="Association"/> is 0 without DTLS.
/// </summary>
public sealed record CoapPeer(IPEndPoint Address, long Association = 0)
{
    /// <summary>The identity that DTLS proved, or null on a plain socket. It takes no part in equality.</summary>
    public string? Identity { get; init; }

    public bool Equals(CoapPeer? other) => other is not null && Association == other.Association && Address.Equals(other.Address);

    public override int GetHashCode() => HashCode.Combine(Address, Association);

    public override string ToString() => Association == 0 ? Address.ToString() : $"{Address} (association {Association})";
}
