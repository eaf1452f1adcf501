using M531x.Emulator.Lines;
using M531x.Emulator.Lines.Posix;
using M531x.Emulator.Lines.Serial;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

/// <summary>What the endpoint's tests cannot see of System.IO.Ports: an unplug that the system does not report, and writes under way.</summary>
[Platform(Include = "Linux")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class LibraryDeviceTests : IDisposable
{
    readonly Folder _folder = new();
    readonly PtyMaster _board = PtyMaster.Open();
    readonly WakeEvent _wake = new();

    string Path => _folder.At("ttyUSB0");

    [SetUp]
    public void SetUp() => File.CreateSymbolicLink(Path, _board.SlavePath);

    public void Dispose()
    {
        _board.Dispose();
        _folder.Dispose();
    }

    /// <summary>No read or write fails: the pseudo-terminal stays open behind the link.</summary>
    [Test]
    public void A_device_whose_name_vanishes_counts_as_gone([Values] bool writes)
    {
        using var device = Open();
        if (writes)
            Fill(device);
        File.Delete(Path);
        AwaitReason(device);
        Assert.That(device.Read(new byte[10], out var count), Is.EqualTo("hung up"));
        Assert.That(count, Is.Zero);
    }

    [Test]
    public void A_write_under_way_counts_as_waiting_and_accepts_no_other()
    {
        using var device = Open();
        Fill(device);
        Assert.That(device.OutputWaiting, Is.Positive);
        Assert.That(device.Write("X"u8), Is.Zero);
    }

    /// <summary>A write that begins after an unplug never ends, and SerialPort.Dispose alone would wait for it.</summary>
    [Test]
    public async Task Disposal_ends_while_a_write_hangs_after_an_unplug()
    {
        var device = Open();
        _board.Dispose();
        AwaitReason(device);
        Assert.That(device.Write("X"u8), Is.EqualTo(1));
        await Task.Run(device.Dispose).WaitAsync(RecordingSink.Limit);
    }

    LibraryDevice Open() => LibraryDevice.Open(SerialSpec.Parse(EndpointSpec.Parse($"serial:{Path}")), 9600, _wake);

    /// <summary>Writes until a write stays under way, because the board reads nothing.</summary>
    static void Fill(LibraryDevice device)
    {
        var idle = 0;
        while (idle < 20)
        {
            var isWritten = device.Write(new byte[1000]) > 0;
            idle = isWritten ? 0 : idle + 1;
            device.Wait(wantWrite: true, 10);
        }
    }

    static void AwaitReason(LibraryDevice device)
    {
        var deadline = DateTime.UtcNow + RecordingSink.Limit;
        while (!device.Wait(wantWrite: false, -1))
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), "no reason came");
    }
}
