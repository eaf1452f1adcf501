using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using M531x.Dtls.Messages;

namespace M531x.Dtls.Handshake;

/// <summary>
/// A server's cookies (RFC 6347 §4.2.1): an HMAC over the address and what the hello says before its cookie. The secret changes with time,
/// and the one before stays valid until the next change. Each cookie begins one handshake: a hello that was recorded begins no second one.
/// </summary>
sealed class CookieIssuer : IDisposable
{
    public const int Length = 16;

    /// <summary>How long cookies are made with one secret. A client whose cookie has become too old is given another.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    readonly RandomFill _random;
    readonly int _maxSpent;
    Generation _current;
    Generation? _previous;
    TimeSpan? _since;

    /// <param name="random">Source of the secrets.</param>
    /// <param name="maxSpent">Cookies remembered as spent for a secret; with more of them it changes early.</param>
    public CookieIssuer(RandomFill random, int maxSpent)
    {
        _random = random;
        _maxSpent = maxSpent;
        _current = new Generation(random);
    }

    /// <summary>Spent cookies that are remembered, for tests of their bound.</summary>
    public int Spent => _current.Spent.Count + (_previous?.Spent.Count ?? 0);

    /// <param name="now">Decides which secret is used.</param>
    /// <param name="from">The client's address.</param>
    /// <param name="signed">The hello up to its cookie.</param>
    /// <param name="cookie">Takes <see cref="Length"/> bytes.</param>
    public void Make(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> signed, Span<byte> cookie)
    {
        ChangeSecret(now);
        _current.Make(from, signed, cookie);
    }

    /// <summary>True for a cookie that was made, with either secret, for that address and hello.</summary>
    public bool IsValid(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> cookie)
    {
        ChangeSecret(now);
        return _current.IsOwn(from, signed, cookie) || _previous is { } previous && previous.IsOwn(from, signed, cookie);
    }

    /// <summary>False for a valid cookie that has begun a handshake before.</summary>
    public bool TrySpend(TimeSpan now, ReadOnlySpan<byte> cookie)
    {
        var number = Number(cookie);
        if (_current.Spent.Contains(number) || _previous is { } previous && previous.Spent.Contains(number))
            return false;
        if (_current.Spent.Count >= _maxSpent)
            Rotate(now);
        _current.Spent.Add(number);
        return true;
    }

    /// <summary>The handshake was refused at once: the hello may come again, for its client may not have heard of it.</summary>
    public void GiveBack(ReadOnlySpan<byte> cookie)
    {
        _current.Spent.Remove(Number(cookie));
        _previous?.Spent.Remove(Number(cookie));
    }

    /// <summary>Forgets which cookies are spent, as a server does that was restarted.</summary>
    public void ForgetSpent()
    {
        _current.Spent.Clear();
        _previous?.Spent.Clear();
    }

    /// <summary>Begins with a new secret: no cookie that was made before is valid.</summary>
    public void Renew()
    {
        Dispose();
        _previous = null;
        _current = new Generation(_random);
    }

    public void Dispose()
    {
        _current.Dispose();
        _previous?.Dispose();
    }

    void ChangeSecret(TimeSpan now)
    {
        _since ??= now;
        if (now - _since.Value < Period)
            return;
        if (now - _since.Value >= 2 * Period)
            Rotate(now); // the present secret is too old even for the one before
        Rotate(now);
    }

    void Rotate(TimeSpan now)
    {
        _previous?.Dispose();
        _previous = _current;
        _current = new Generation(_random);
        _since = now;
    }

    static UInt128 Number(ReadOnlySpan<byte> cookie) => BinaryPrimitives.ReadUInt128BigEndian(cookie);

    /// <summary>A secret and the cookies spent while it was the newest.</summary>
    sealed class Generation : IDisposable
    {
        readonly IncrementalHash _hash;

        public Generation(RandomFill random)
        {
            Span<byte> secret = stackalloc byte[HMACSHA256.HashSizeInBytes];
            random(secret);
            _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            CryptographicOperations.ZeroMemory(secret);
        }

        public HashSet<UInt128> Spent { get; } = [];

        public bool IsOwn(IPEndPoint from, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> cookie)
        {
            Span<byte> expected = stackalloc byte[Length];
            Make(from, signed, expected);
            return CryptographicOperations.FixedTimeEquals(cookie, expected);
        }

        public void Make(IPEndPoint from, ReadOnlySpan<byte> signed, Span<byte> cookie)
        {
            Span<byte> input = stackalloc byte[16 + 2 + 2 + ClientHello.RandomLength + 1 + 32];
            input.Clear();
            from.Address.TryWriteBytes(input, out _);
            input[16] = (byte)(from.Port >> 8);
            input[17] = (byte)from.Port;
            signed.CopyTo(input[18..]);
            Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
            _hash.AppendData(input[..(18 + signed.Length)]);
            _hash.GetHashAndReset(hash);
            hash[..Length].CopyTo(cookie);
        }

        public void Dispose() => _hash.Dispose();
    }
}
