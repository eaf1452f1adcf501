using System.Buffers.Binary;
using M531x.Dtls;

namespace M531x.Emulator.Core.Faults;

/// <summary>What anybody on the way sees of a DTLS datagram: its first record's header, and the handshake message in the clear (RFC 6347 §4.1, §4.2.2).</summary>
readonly ref struct DtlsGlance(ReadOnlySpan<byte> bytes)
{
    const int ChangeCipherSpec = 20;
    const int Handshake = 22;
    const int ApplicationData = 23;
    const int ConnectionId = 25;
    const int HeaderLength = 13;
    const int HandshakeHeaderLength = 12;
    const int ClientHello = 1;
    const int HelloVerifyRequest = 3;
    const int EpochOffset = 3;
    const int LengthOffset = 11;

    readonly ReadOnlySpan<byte> _bytes = bytes;

    bool IsRecord => _bytes.Length > HeaderLength && _bytes[1] == 0xFE;

    int Epoch => BinaryPrimitives.ReadUInt16BigEndian(_bytes[EpochOffset..]);

    int Message => _bytes[0] == Handshake && Epoch == 0 ? _bytes[HeaderLength] : 0;

    public bool IsHandshake => IsRecord && _bytes[0] is Handshake or ChangeCipherSpec;

    /// <summary>Application data of an association.</summary>
    public bool IsProtected => IsRecord && _bytes[0] is ApplicationData or ConnectionId && Epoch > 0;

    public bool IsHelloVerify => IsHandshake && Message == HelloVerifyRequest;

    public bool IsClientHello => IsHandshake && Message == ClientHello;

    /// <summary>A ClientHello that returns a cookie: behind version, random and session id.</summary>
    public bool HasCookie
    {
        get
        {
            const int SessionIdOffset = HeaderLength + HandshakeHeaderLength + 2 + 32;
            if (!IsClientHello || _bytes.Length <= SessionIdOffset)
                return false;
            var cookie = SessionIdOffset + 1 + _bytes[SessionIdOffset];
            return _bytes.Length > cookie && _bytes[cookie] > 0;
        }
    }

    /// <summary>Number of the flight, 1 to 6 (RFC 6347 §4.2.4); 0 for what is no handshake.</summary>
    public int Flight(bool up)
    {
        if (!IsHandshake)
            return 0;
        if (up)
            return HasCookie ? 3 : IsClientHello ? 1 : 5;
        return IsHelloVerify ? 2 : Message == 0 ? 6 : 4;
    }

    /// <summary>The records of the datagram, as they stand.</summary>
    public List<byte[]> Records()
    {
        var records = new List<byte[]>();
        for (var rest = _bytes; rest.Length > HeaderLength;)
        {
            var length = Math.Min(rest.Length, HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(rest[LengthOffset..]));
            records.Add(rest[..length].ToArray());
            rest = rest[length..];
        }
        return records;
    }

    /// <summary>The same datagram with its first record in epoch 0, which has no keys.</summary>
    public byte[] InFormerEpoch()
    {
        var copy = _bytes.ToArray();
        copy.AsSpan(EpochOffset, 2).Clear();
        return copy;
    }

    /// <summary>A fatal alert without protection in answer to a record, with its number: nothing has to be kept for it.</summary>
    public byte[] Alert(DtlsAlert alert)
    {
        const byte AlertType = 21;
        const byte Fatal = 2;
        var record = new byte[HeaderLength + 2];
        _bytes[..HeaderLength].CopyTo(record);
        record[0] = AlertType;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0xFEFD);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(LengthOffset), 2);
        record[HeaderLength] = Fatal;
        record[HeaderLength + 1] = (byte)alert;
        return record;
    }
}
