using System.Net;
using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Client;

/// <summary>A datagram that has to leave. <paramref name="Message"/> is what it carries, null for a handshake.</summary>
/// <param name="To">The server, as the account names it.</param>
/// <param name="Datagram">Protected, when the server is reached through DTLS.</param>
/// <param name="Exchange">The exchange it belongs to, 0 for none.</param>
/// <param name="Attempt">0 for the first transmission, 1 for the first retransmission, and so on.</param>
public readonly record struct ClientTransmit(IPEndPoint To, ReadOnlyMemory<byte> Datagram, CoapMessage? Message, long Exchange, int Attempt);
