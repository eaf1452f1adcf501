using System.Security.Cryptography;
using System.Text;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Architecture;

/// <summary>The same seed and the same inputs give the same bytes, on the UART and on the network.</summary>
public sealed class DeterminismTests
{
    [Test]
    public void The_same_seed_gives_the_same_bytes([Values(1ul, 2ul, 77ul)] ulong seed)
    {
        var first = Run(seed);
        Assert.That(Run(seed), Is.EqualTo(first));
    }

    [Test]
    public void Another_seed_gives_other_bytes() =>
        Assert.That(Enumerable.Range(1, 10).Select(seed => Run((ulong)seed)), Is.Unique);

    /// <summary>Hours with losses, reports, downlinks and updates; the hash of all that was seen.</summary>
    static string Run(ulong seed)
    {
        var random = new SeededRandom(seed).Fork("losses");
        var mcu = new Mcu(new VirtualWorldOptions { Seed = seed });
        mcu.World.Passes = (_, _) => random.NextDouble() >= 0.2;
        mcu.Send("AT+MIPLCREATE");
        mcu.Send("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Send("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        for (var minute = 0; minute < 240; minute++)
        {
            if (minute % 20 == 0)
                mcu.Send("AT+MIPLOPEN=0,1800,60");
            if (minute % 20 == 15)
                mcu.Send("AT+MIPLUPDATE=0,1800,1");
            if (minute == 200)
                mcu.World.Reset(M531x.Emulator.Core.Profiles.ResetCause.Pin);
            mcu.Send($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"{minute}\",0,0,{minute}");
            if (minute % 7 == 0)
                mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750");
            mcu.Advance(60);
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.Latin1.GetBytes(mcu.Raw));
        foreach (var datagram in mcu.World.Datagrams)
        {
            hash.AppendData(BitConverter.GetBytes(datagram.At.Ticks));
            hash.AppendData(Encoding.ASCII.GetBytes($"{datagram.Up} {datagram.Server}"));
            hash.AppendData(datagram.Bytes.Span);
        }
        Assert.That(mcu.World.Datagrams, Has.Count.GreaterThan(100), "the session is alive");
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
