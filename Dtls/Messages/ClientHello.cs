using System.Buffers.Binary;
using M531x.Dtls.Records;

namespace M531x.Dtls.Messages;

/// <summary>A ClientHello (RFC 5246 §7.4.1.2 with the cookie of RFC 6347 §4.2.1).</summary>
sealed record ClientHello
{
    public const int RandomLength = 32;
    const int MaxSessionIdLength = 32;

    /// <summary>TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 §3.3).</summary>
    const ushort RenegotiationInfoSuite = 0x00FF;

    public required byte[] Random { get; init; }
    public byte[] SessionId { get; init; } = [];
    public byte[] Cookie { get; init; } = [];

    /// <summary>Suites offered by number, unknown ones included.</summary>
    public required IReadOnlyList<ushort> Suites { get; init; }
    public HelloExtensions Extensions { get; init; } = new();

    /// <summary>The version is DTLS 1.2 or later.</summary>
    public bool IsVersion12 { get; init; } = true;

    /// <summary>The client understands RFC 5746 and must be answered in kind.</summary>
    public bool SignalsRenegotiationInfo => Extensions.RenegotiationInfo || Suites.Contains(RenegotiationInfoSuite);

    public static bool TryRead(ReadOnlySpan<byte> body, out ClientHello hello)
    {
        hello = null!;
        var reader = new WireReader(body);
        var version = reader.UInt16();
        var random = reader.Take(RandomLength);
        var sessionId = reader.Vector8();
        var cookie = reader.Vector8();
        var suites = reader.Vector16();
        var compressions = reader.Vector8();
        if (!reader.IsValid || version >> 8 != RecordView.VersionMajor || sessionId.Length > MaxSessionIdLength
            || suites.IsEmpty || suites.Length % 2 != 0 || !compressions.Contains((byte)0)
            || !HelloExtensions.TryRead(ref reader, out var extensions))
            return false;
        var numbers = new ushort[suites.Length / 2];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadUInt16BigEndian(suites[(2 * i)..]);
        hello = new ClientHello
        {
            IsVersion12 = (version & 0xFF) <= RecordView.Version12Minor, // DTLS counts down
            Random = random.ToArray(),
            SessionId = sessionId.ToArray(),
            Cookie = cookie.ToArray(),
            Suites = numbers,
            Extensions = extensions,
        };
        return true;
    }

    /// <summary>
    /// Reads as far as the cookie, from a whole message or its first fragment: what a server looks at while it keeps no state.
    /// <paramref name="signed"/> is what the cookie vouches for.
    /// </summary>
    public static bool TryReadCookie(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> signed, out ReadOnlySpan<byte> cookie)
    {
        var reader = new WireReader(body);
        reader.UInt16();
        reader.Take(RandomLength);
        var sessionId = reader.Vector8();
        signed = reader.IsValid ? body[..(3 + RandomLength + sessionId.Length)] : default;
        cookie = reader.Vector8();
        return reader.IsValid && body[0] == RecordView.VersionMajor && sessionId.Length <= MaxSessionIdLength;
    }

    public byte[] Write()
    {
        var writer = new WireWriter();
        writer.Byte(RecordView.VersionMajor);
        writer.Byte(RecordView.Version12Minor);
        writer.Bytes(Random);
        writer.Vector8(SessionId);
        writer.Vector8(Cookie);
        writer.UInt16(2 * Suites.Count);
        foreach (var suite in Suites)
            writer.UInt16(suite);
        writer.Vector8([0]);
        Extensions.Write(writer);
        return writer.ToArray();
    }
}
