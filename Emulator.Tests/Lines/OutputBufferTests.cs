using M531x.Emulator.Lines;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class OutputBufferTests
{
    readonly HandClock _clock = new();

    [Test]
    public void Without_a_reader_the_newest_bytes_are_dropped()
    {
        var buffer = new OutputBuffer(_clock);
        var bytes = Clients.Pattern(6000);
        buffer.Add(bytes.AsSpan(0, 4000));
        buffer.Add(bytes.AsSpan(4000));
        Assert.That(Drain(buffer), Is.EqualTo(bytes[..4096]));
        Assert.That(buffer.Counters(0), Is.EqualTo(new EndpointCounters(0, 4096, 1904)));
    }

    [Test]
    public void A_reader_that_takes_bytes_raises_the_limit_until_it_stalls()
    {
        var buffer = new OutputBuffer(_clock);
        buffer.SetReader(true);
        _clock.Now += TimeSpan.FromHours(1);
        var bytes = Clients.Pattern(20_000);
        buffer.Add(bytes.AsSpan(0, 10_000));
        _clock.Now += OutputBuffer.StallTime;
        buffer.Add(bytes.AsSpan(10_000, 5_000));
        Assert.That(buffer.Counters(0).BytesDropped, Is.EqualTo(5_000), "an idle hour is no stall, bytes left waiting are");
        buffer.Remove(buffer.Peek(new byte[1000]));
        buffer.Add(bytes.AsSpan(15_000));
        Assert.That(Drain(buffer), Is.EqualTo(bytes[1000..10_000].Concat(bytes[15_000..]).ToArray()));
    }

    [Test]
    public void When_the_reader_leaves_the_oldest_4_KB_stay()
    {
        var buffer = new OutputBuffer(_clock);
        buffer.SetReader(true);
        var bytes = Clients.Pattern(10_000);
        buffer.Add(bytes);
        buffer.Remove(buffer.Peek(new byte[100]));
        buffer.SetReader(false);
        Assert.That(Drain(buffer), Is.EqualTo(bytes[100..4196]));
        Assert.That(buffer.Counters(0).BytesDropped, Is.EqualTo(10_000 - 4196));
    }

    [FsCheck.NUnit.Property]
    public bool Bytes_come_out_in_order_whatever_the_chunks(ushort[] sizes)
    {
        var buffer = new OutputBuffer(_clock);
        buffer.SetReader(true);
        var (written, read) = (new MemoryStream(), new MemoryStream());
        foreach (var size in sizes)
        {
            var chunk = Clients.Pattern(size % 3000);
            buffer.Add(chunk);
            written.Write(chunk);
            var part = new byte[size / 20];
            var count = buffer.Peek(part);
            buffer.Remove(count);
            read.Write(part, 0, count);
        }
        read.Write(Drain(buffer));
        return read.ToArray().AsSpan().SequenceEqual(written.ToArray());
    }

    static byte[] Drain(OutputBuffer buffer)
    {
        var bytes = new byte[OutputBuffer.ReaderLimit];
        var count = buffer.Peek(bytes);
        buffer.Remove(count);
        return bytes[..count];
    }
}
