namespace M531x.Dtls.Records;

/// <summary>Content types of a record (RFC 5246 §6.2.1, RFC 9146 §4).</summary>
enum ContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,

    /// <summary>A protected record that carries a connection id; its real type is inside.</summary>
    ConnectionId = 25,
}
