using System.Security.Cryptography;

namespace M531x.Dtls;

/// <summary>What a later handshake resumes. The master secret never shows; <see cref="Dispose"/> wipes it.</summary>
public sealed class DtlsSession : IDisposable
{
    internal DtlsSession(byte[] id, byte[] masterSecret, DtlsCipherSuite suite, bool extendedMasterSecret, string identity, TimeSpan created, byte[]? keyDigest = null)
    {
        KeyDigest = keyDigest ?? [];
        Id = id;
        MasterSecret = masterSecret;
        Suite = suite;
        ExtendedMasterSecret = extendedMasterSecret;
        Identity = identity;
        Created = created;
    }

    public DtlsCipherSuite Suite { get; }
    public string Identity { get; }

    internal byte[] Id { get; }
    internal byte[] MasterSecret { get; }
    internal bool ExtendedMasterSecret { get; }
    internal TimeSpan Created { get; }

    /// <summary>SHA-256 of the key that the session came from, on a server: another key ends it.</summary>
    internal byte[] KeyDigest { get; }

    /// <summary>Not wiped: a secret of zeros would be anybody's.</summary>
    internal bool IsUsable { get; private set; } = true;

    public void Dispose()
    {
        IsUsable = false;
        CryptographicOperations.ZeroMemory(MasterSecret);
    }

    public override string ToString() => $"session of {Suite.Name()}";
}
