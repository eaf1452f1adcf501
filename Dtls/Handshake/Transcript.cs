using System.Security.Cryptography;

namespace M531x.Dtls.Handshake;

/// <summary>The hash over all handshake messages so far, each as if it had come in one piece (RFC 6347 §4.2.6).</summary>
sealed class Transcript : IDisposable
{
    public const int HashLength = 32;

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Messages that are not in the hash yet: a call for several costs less than one for each.</summary>
    readonly byte[] _pending = new byte[256];

    readonly byte[] _current = new byte[HashLength];
    int _pendingLength;
    bool _isCurrent;

    public void Add(ReadOnlySpan<byte> message)
    {
        _isCurrent = false;
        if (_pendingLength + message.Length > _pending.Length)
            HashPending();
        if (message.Length > _pending.Length)
        {
            _hash.AppendData(message);
            return;
        }
        message.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += message.Length;
    }

    /// <summary>The extended master secret and the client's Finished ask for the same hash.</summary>
    public void Current(Span<byte> hash)
    {
        if (!_isCurrent)
        {
            HashPending();
            _hash.GetCurrentHash(_current);
            _isCurrent = true;
        }
        _current.CopyTo(hash);
    }

    public void Dispose() => _hash.Dispose();

    void HashPending()
    {
        _hash.AppendData(_pending.AsSpan(0, _pendingLength));
        _pendingLength = 0;
    }
}
