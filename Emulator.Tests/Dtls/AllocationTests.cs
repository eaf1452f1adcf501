using System.Net;
using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Records in steady state cost no memory.</summary>
[NonParallelizable]
public sealed class AllocationTests
{
    const int Records = 1000;

    [Test]
    public void Records_allocate_nothing([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite,
        [Values(null, 4)] int? idLength)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite], ConnectionIdLength = idLength },
            server: new DtlsServerOptions { Suites = [suite], ConnectionIdLength = idLength });
        pair.Connect();
        var (client, server, association) = (pair.Client, pair.Server, pair.Association);
        var data = new byte[64];
        Exchange(Records); // buffers grow once, code is compiled
        var before = GC.GetAllocatedBytesForCurrentThread();
        var received = Exchange(Records);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(received, Is.EqualTo(2 * Records * data.Length));
        Assert.That(allocated, Is.Zero);

        int Exchange(int count)
        {
            var sum = 0;
            for (var i = 0; i < count; i++)
            {
                client.Send(data);
                while (client.TryTakeDatagram(out var datagram))
                    server.HandleDatagram(TimeSpan.Zero, DtlsPair.ClientAddress, datagram.Span);
                while (server.TryTakeEvent(out var told))
                    sum += told.Data.Length;
                server.Send(association, data);
                while (server.TryTakeDatagram(out IPEndPoint _, out var datagram))
                    client.HandleDatagram(TimeSpan.Zero, datagram.Span);
                while (client.TryTakeEvent(out var told))
                    sum += told.Data.Length;
            }
            return sum;
        }
    }
}
