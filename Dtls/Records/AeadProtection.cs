using System.Buffers.Binary;
using System.Security.Cryptography;
using M531x.Dtls.Crypto;

namespace M531x.Dtls.Records;

/// <summary>CCM and GCM suites: 4 bytes of implicit nonce, 8 of explicit, which are epoch and sequence number (RFC 6655 §3, RFC 5288 §3).</summary>
abstract class AeadProtection : RecordProtection
{
    const int ImplicitLength = 4;
    const int ExplicitLength = 8;
    const int NonceLength = ImplicitLength + ExplicitLength;

    readonly byte[] _implicit;

    protected AeadProtection(ReadOnlySpan<byte> implicitNonce) => _implicit = implicitNonce.ToArray();

    protected abstract int TagLength { get; }

    public override int MaxOverhead => ExplicitLength + TagLength;

    public override int Seal(in RecordContext context, ReadOnlySpan<byte> content, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        _implicit.CopyTo(nonce);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[ImplicitLength..], context.EpochAndSequence);
        nonce[ImplicitLength..].CopyTo(output);
        Span<byte> associated = stackalloc byte[RecordContext.MaxAssociatedData];
        var length = context.WriteAssociatedData(associated, content.Length);
        Encrypt(nonce, content, associated[..length], output.Slice(ExplicitLength, content.Length + TagLength));
        return ExplicitLength + content.Length + TagLength;
    }

    public override bool TryOpen(in RecordContext context, ReadOnlySpan<byte> fragment, Span<byte> output, out int length)
    {
        length = fragment.Length - MaxOverhead;
        if (length < 0)
            return false;
        Span<byte> nonce = stackalloc byte[NonceLength];
        _implicit.CopyTo(nonce);
        fragment[..ExplicitLength].CopyTo(nonce[ImplicitLength..]);
        Span<byte> associated = stackalloc byte[RecordContext.MaxAssociatedData];
        var associatedLength = context.WriteAssociatedData(associated, length);
        return TryDecrypt(nonce, fragment[ExplicitLength..], associated[..associatedLength], output[..length]);
    }

    public override IEnumerable<byte[]> SecretMemory => [_implicit];

    public override void Dispose() => CryptographicOperations.ZeroMemory(_implicit);

    protected abstract void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> output);

    protected abstract bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, Span<byte> output);
}

/// <summary>AES-128-CCM with a tag of 8 or 16 bytes.</summary>
sealed class CcmProtection(ReadOnlySpan<byte> key, ReadOnlySpan<byte> implicitNonce, int tagLength) : AeadProtection(implicitNonce)
{
    readonly AesCcmCipher _cipher = new(key, tagLength);

    public override IEnumerable<byte[]> SecretMemory => base.SecretMemory.Concat(_cipher.SecretMemory);

    protected override int TagLength => _cipher.TagLength;

    public override void Dispose()
    {
        _cipher.Dispose();
        base.Dispose();
    }

    protected override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> output) =>
        _cipher.Encrypt(nonce, content, associated, output);

    protected override bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, Span<byte> output) =>
        _cipher.TryDecrypt(nonce, input, associated, output);
}

/// <summary>AES-128-GCM.</summary>
sealed class GcmProtection(ReadOnlySpan<byte> key, ReadOnlySpan<byte> implicitNonce) : AeadProtection(implicitNonce)
{
    const int Tag = 16;

    readonly AesGcm _cipher = new(key, Tag);

    protected override int TagLength => Tag;

    public override void Dispose()
    {
        _cipher.Dispose();
        base.Dispose();
    }

    protected override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> output) =>
        _cipher.Encrypt(nonce, content, output[..content.Length], output[content.Length..], associated);

    protected override bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        try
        {
            _cipher.Decrypt(nonce, input[..^Tag], input[^Tag..], output, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
