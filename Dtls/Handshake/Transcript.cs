using System.Security.Cryptography;

namespace M531x.Dtls.Handshake;

/// <summary>The hash over all handshake messages so far, each as if it had come in one piece (RFC 6347 §4.2.6).</summary>
sealed class Transcript : IDisposable
{
    public const int HashLength = 32;

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(ReadOnlySpan<byte> message) => _hash.AppendData(message);

    public void Current(Span<byte> hash) => _hash.GetCurrentHash(hash);

    public void Dispose() => _hash.Dispose();
}
