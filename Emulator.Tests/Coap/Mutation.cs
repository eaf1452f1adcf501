using M531x.Lwm2m;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

/// <summary>Datagrams near enough to real ones to get past the first checks.</summary>
static class Mutation
{
    static readonly byte[][] Models =
    [
        Bytes("44021235 35127856 B27264 1128 37 6C743D33303030 FF 3C2F3E"),
        Bytes("480198D1 A1A2A3A4A5A6A7A8 60 5433323030 0130"),
        Bytes("684598D1 A1A2A3A4A5A6A7A8 60"),
        Bytes("58451240 A1A2A3A4A5A6A7A8 6101 620606 FF0700E4167674657374"),
        Bytes("48451241 A1A2A3A4A5A6A7A8 6102 620606 FF0700E4167674657374"),
        Bytes("40000007"),
        Bytes("60000007"),
        Bytes("70000007"),
        Bytes("4003000A B161 D10A0B FF00"),
    ];

    public static byte[] Of(SeededRandom random)
    {
        var bytes = (byte[])Models[random.Next(Models.Length)].Clone();
        for (var n = random.Next(4); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => bytes[..Math.Max(1, at)],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            };
        }
        return bytes;
    }
}
