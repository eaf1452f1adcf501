using System.Net;
using M531x.Emulator.Core.Sockets;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

public sealed class ReceiveBufferTests
{
    static readonly IPEndPoint A = IPEndPoint.Parse("192.0.2.1:1");
    static readonly IPEndPoint B = IPEndPoint.Parse("192.0.2.2:2");

    [Test]
    public void Messages_are_read_in_order_and_never_joined()
    {
        var buffer = new ReceiveBuffer();
        buffer.TryAdd(A, new byte[] { 1, 2, 3 });
        buffer.TryAdd(B, new byte[] { 4 });
        Assert.That(buffer.TryRead(2, out var first), Is.True);
        Assert.That((first.From, Convert.ToHexString(first.Bytes.Span), first.Remaining), Is.EqualTo((A, "0102", 1)));
        Assert.That(buffer.NextLength, Is.EqualTo(1));
        buffer.TryRead(100, out var second);
        Assert.That((second.From, Convert.ToHexString(second.Bytes.Span), second.Remaining), Is.EqualTo((A, "03", 0)));
        buffer.TryRead(100, out var third);
        Assert.That((third.From, Convert.ToHexString(third.Bytes.Span), third.Remaining), Is.EqualTo((B, "04", 0)));
        Assert.That(buffer.TryRead(100, out _), Is.False);
    }

    [Test]
    public void It_holds_so_many_bytes_and_no_more()
    {
        var buffer = new ReceiveBuffer();
        Assert.That(buffer.TryAdd(A, new byte[ReceiveBuffer.Capacity]), Is.True);
        Assert.That(buffer.TryAdd(A, new byte[1]), Is.False);
        buffer.TryRead(1, out _);
        Assert.That(buffer.TryAdd(A, new byte[1]), Is.True);
        Assert.That(buffer.Free, Is.Zero);
    }

    [Test]
    public void An_empty_message_is_not_kept()
    {
        var buffer = new ReceiveBuffer();
        Assert.That(buffer.TryAdd(A, ReadOnlyMemory<byte>.Empty), Is.False);
        Assert.That(buffer.IsEmpty, Is.True);
    }
}
