using M531x.Dtls.Records;

namespace M531x.Dtls.Messages;

/// <summary>A ServerHello (RFC 5246 §7.4.1.3).</summary>
sealed record ServerHello
{
    public required byte[] Random { get; init; }
    public byte[] SessionId { get; init; } = [];
    public required ushort Suite { get; init; }
    public HelloExtensions Extensions { get; init; } = new();

    /// <summary>The version is DTLS 1.2, the only one a client offers.</summary>
    public bool IsVersion12 { get; init; } = true;

    /// <summary>False for what is no ServerHello, and for one that picked a compression.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ServerHello hello)
    {
        hello = null!;
        var reader = new WireReader(body);
        var version = reader.UInt16();
        var random = reader.Take(ClientHello.RandomLength);
        var sessionId = reader.Vector8();
        var suite = reader.UInt16();
        var compression = reader.Byte();
        if (!reader.IsValid || version >> 8 != RecordView.VersionMajor || compression != 0
            || sessionId.Length > 32 || !HelloExtensions.TryRead(ref reader, out var extensions))
            return false;
        hello = new ServerHello
        {
            IsVersion12 = (version & 0xFF) == RecordView.Version12Minor,
            Random = random.ToArray(),
            SessionId = sessionId.ToArray(),
            Suite = suite,
            Extensions = extensions,
        };
        return true;
    }

    public byte[] Write()
    {
        var writer = new WireWriter();
        writer.Byte(RecordView.VersionMajor);
        writer.Byte(RecordView.Version12Minor);
        writer.Bytes(Random);
        writer.Vector8(SessionId);
        writer.UInt16(Suite);
        writer.Byte(0);
        Extensions.Write(writer);
        return writer.ToArray();
    }
}
