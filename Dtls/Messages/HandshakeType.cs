namespace M531x.Dtls.Messages;

/// <summary>Handshake messages (RFC 5246 §7.4, RFC 6347 §4.3.2).</summary>
enum HandshakeType : byte
{
    HelloRequest = 0,
    ClientHello = 1,
    ServerHello = 2,
    HelloVerifyRequest = 3,
    ServerKeyExchange = 12,
    ServerHelloDone = 14,
    ClientKeyExchange = 16,
    Finished = 20,
}
