using M531x.Dtls.Records;

namespace M531x.Dtls.Messages;

/// <summary>A ServerHello (RFC 5246 §7.4.1.3).</summary>
sealed record ServerHello
{
    public required byte[] Random { get; init; }
    public byte[] SessionId { get; init; } = [];
    public required ushort Suite { get; init; }
    public HelloExtensions Extensions { get; init; } = new();

    /// <summary>False for a server of another version, or one that picked a compression; nothing else is read then.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ServerHello hello)
    {
        hello = null!;
        var reader = new WireReader(body);
        var version = reader.UInt16();
        var random = reader.Take(ClientHello.RandomLength);
        var sessionId = reader.Vector8();
        var suite = reader.UInt16();
        var compression = reader.Byte();
        if (!reader.IsValid || version != (RecordView.VersionMajor << 8 | RecordView.Version12Minor) || compression != 0
            || sessionId.Length > 32 || !HelloExtensions.TryRead(ref reader, out var extensions))
            return false;
        hello = new ServerHello { Random = random.ToArray(), SessionId = sessionId.ToArray(), Suite = suite, Extensions = extensions };
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
