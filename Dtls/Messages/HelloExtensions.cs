namespace M531x.Dtls.Messages;

/// <summary>The extensions this engine knows; others are passed over (RFC 5246 §7.4.1.4).</summary>
sealed record HelloExtensions
{
    const int EncryptThenMacType = 22;
    const int ExtendedMasterSecretType = 23;
    const int ConnectionIdType = 54;
    const int RenegotiationInfoType = 0xFF01;

    public bool EncryptThenMac { get; init; }
    public bool ExtendedMasterSecret { get; init; }

    /// <summary>renegotiation_info of a first handshake, which is empty (RFC 5746 §3.4).</summary>
    public bool RenegotiationInfo { get; init; }

    /// <summary>The id that the sender wants to see in records to itself; empty for none, null without the extension.</summary>
    public byte[]? ConnectionId { get; init; }

    public bool IsEmpty => this is { EncryptThenMac: false, ExtendedMasterSecret: false, RenegotiationInfo: false, ConnectionId: null };

    /// <summary>Reads what is left of a hello. False for what is no extension block, and for a repeated extension.</summary>
    public static bool TryRead(ref WireReader reader, out HelloExtensions extensions)
    {
        extensions = new HelloExtensions();
        if (reader.AtEnd)
            return true; // extensions may be left out altogether
        var block = new WireReader(reader.Vector16());
        if (!reader.AtEnd)
            return false;
        var seen = 0;
        while (!block.AtEnd)
        {
            var type = block.UInt16();
            var body = new WireReader(block.Vector16());
            if (!block.IsValid)
                return false;
            var (bit, next) = type switch
            {
                EncryptThenMacType => (1, extensions with { EncryptThenMac = true }),
                ExtendedMasterSecretType => (2, extensions with { ExtendedMasterSecret = true }),
                RenegotiationInfoType => (4, extensions with { RenegotiationInfo = true }),
                ConnectionIdType => (8, extensions with { ConnectionId = body.Vector8().ToArray() }),
                _ => (0, extensions),
            };
            var isLegal = type switch
            {
                EncryptThenMacType or ExtendedMasterSecretType => body.AtEnd,
                RenegotiationInfoType => body.Vector8().IsEmpty && body.AtEnd,
                ConnectionIdType => body.AtEnd,
                _ => true,
            };
            if (!isLegal || (seen & bit) != 0)
                return false;
            seen |= bit;
            extensions = next;
        }
        return true;
    }

    /// <summary>Writes the block, or nothing when there is no extension.</summary>
    public void Write(WireWriter writer)
    {
        if (IsEmpty)
            return;
        var block = writer.BeginVector16();
        if (RenegotiationInfo)
        {
            writer.UInt16(RenegotiationInfoType);
            writer.Vector16([0]);
        }
        if (ExtendedMasterSecret)
            WriteFlag(writer, ExtendedMasterSecretType);
        if (EncryptThenMac)
            WriteFlag(writer, EncryptThenMacType);
        if (ConnectionId is not null)
        {
            writer.UInt16(ConnectionIdType);
            writer.UInt16(1 + ConnectionId.Length);
            writer.Vector8(ConnectionId);
        }
        writer.EndVector16(block);
    }

    static void WriteFlag(WireWriter writer, int type)
    {
        writer.UInt16(type);
        writer.UInt16(0);
    }
}
