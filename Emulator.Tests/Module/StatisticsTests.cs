using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>AT+NUESTATS: its fields, and what its counters count.</summary>
public sealed class StatisticsTests
{
    const string Notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0";

    [Test]
    public void Statistics_name_all_their_fields()
    {
        var mcu = NeighbourProfiles.Start(inactivitySeconds: 7);
        mcu.Advance(30);
        string[] expected =
        [
            "Signal power:-650", "Total power:-540", "TX power:-130", "TX time:104", "RX time:7000", "Cell ID:148", "ECL:0", "SNR:120",
            "EARFCN:3555", "PCI:216", "RSRQ:-110", "OPERATOR MODE:4", "CURRENT BAND:8",
        ];
        Assert.That(mcu.Command("AT+NUESTATS"), Is.EqualTo(expected.Append("OK")));
        Assert.That(mcu.Command("AT+NUESTATS=RADIO"), Is.EqualTo(expected.Select(l => "NUESTATS:RADIO," + l.Replace(':', ',')).Append("OK")));
        Assert.That(mcu.Command("AT+NUESTATS=ALL"), Has.Length.EqualTo(13 + 3 + 4 + 4 + 1));
        Assert.That(mcu.Command("AT+NUESTATS=THP"), Is.EqualTo(new[] { "NUESTATS:THP,RLC UL,0", "NUESTATS:THP,RLC DL,0", "NUESTATS:THP,MAC UL,0", "NUESTATS:THP,MAC DL,0", "OK" }));
        Assert.That(mcu.Command("AT+NUESTATS=BLER"), Is.EqualTo(new[] { "NUESTATS:BLER,RLC UL BLER,0", "NUESTATS:BLER,RLC DL BLER,0", "NUESTATS:BLER,MAC UL BLER,0", "NUESTATS:BLER,MAC DL BLER,0", "OK" }));
        Assert.That(mcu.Command("AT+NUESTATS=RUBBISH"), Is.EqualTo(new[] { "ERROR" }));
    }

    [Test]
    public void Before_the_first_attach_nothing_has_been_sent()
    {
        var mcu = NeighbourProfiles.Start(attachSeconds: 30);
        mcu.Advance(10);
        Assert.That((Field(mcu, "TX power"), Field(mcu, "TX time")), Is.EqualTo((-32768, 0)));
        Assert.That(Field(mcu, "RX time"), Is.EqualTo(10_000), "the search listens");
    }

    [Test]
    public void The_receiver_counts_search_and_connections_while_they_last()
    {
        var mcu = NeighbourProfiles.Start(attachSeconds: 4, inactivitySeconds: 20);
        mcu.Advance(4 + 6);
        Assert.That(Field(mcu, "RX time"), Is.EqualTo(10_000), "in the midst of a connection");
        mcu.Advance(100);
        Assert.That(Field(mcu, "RX time"), Is.EqualTo(24_000), "not while idle");
        mcu.Command("AT+CFUN=0");
        mcu.Advance(10);
        Assert.That(Field(mcu, "RX time"), Is.EqualTo(24_000), "not while off");
    }

    [Test]
    public void The_transmitter_counts_each_report()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Register();
        var before = Field(mcu, "TX time");
        mcu.Command(Notify);
        Assert.That(Field(mcu, "TX time"), Is.GreaterThan(before));
    }

    [Test]
    public void A_restart_begins_anew()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Register();
        mcu.Advance(100);
        mcu.Send("AT+NRB");
        mcu.Advance(3);
        mcu.Take();
        Assert.That(Field(mcu, "RX time"), Is.EqualTo(1_000), "the restart takes two seconds");
        Assert.That(Field(mcu, "TX time"), Is.EqualTo(104), "the attach alone");
    }

    [Test]
    public void Throughput_is_that_of_the_connection()
    {
        var mcu = NeighbourProfiles.Start(ages: false);
        mcu.Register();
        mcu.Advance(60);
        var before = mcu.World.Datagrams.Count;
        mcu.Command(Notify);
        mcu.Advance(4);
        mcu.Take();
        var sent = mcu.World.Datagrams.Skip(before).Where(d => d.Up).Sum(d => d.Bytes.Length);
        Assert.That(mcu.Command("AT+NUESTATS=THP"), Is.EqualTo(new[]
        {
            $"NUESTATS:THP,RLC UL,{sent * 8 / 4}", "NUESTATS:THP,RLC DL,0", $"NUESTATS:THP,MAC UL,{sent * 8 / 4}", "NUESTATS:THP,MAC DL,0", "OK",
        }));
    }

    static int Field(Mcu mcu, string name) =>
        int.Parse(mcu.Command("AT+NUESTATS").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
