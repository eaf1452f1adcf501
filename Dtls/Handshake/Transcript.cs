using System.Security.Cryptography;

namespace M531x.Dtls.Handshake;

/// <summary>
/// All handshake messages so far, each as if it had come in one piece (RFC 6347 §4.2.6), and their hash. They are few and short: to hash
/// them anew costs less than a hash that goes on.
/// </summary>
sealed class Transcript
{
    public const int HashLength = 32;

    readonly byte[] _current = new byte[HashLength];

    /// <summary>Enough for a handshake with short identities; it grows with longer messages.</summary>
    byte[] _messages = new byte[512];
    int _length;
    bool _isCurrent;

    public void Add(ReadOnlySpan<byte> message)
    {
        _isCurrent = false;
        if (_length + message.Length > _messages.Length)
            Array.Resize(ref _messages, Math.Max(_length + message.Length, 2 * _messages.Length));
        message.CopyTo(_messages.AsSpan(_length));
        _length += message.Length;
    }

    /// <summary>The extended master secret and the client's Finished ask for the same hash.</summary>
    public void Current(Span<byte> hash)
    {
        if (!_isCurrent)
        {
            SHA256.HashData(_messages.AsSpan(0, _length), _current);
            _isCurrent = true;
        }
        _current.CopyTo(hash);
    }

    /// <summary>Gives the memory back, once the handshake is over.</summary>
    public void Clear()
    {
        _messages = [];
        _length = 0;
        _isCurrent = false;
    }
}
