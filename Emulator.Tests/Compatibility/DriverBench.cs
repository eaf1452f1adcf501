using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>
/// The receiving half of an MCU driver: it sends bytes, waits a fixed time and looks into everything that came, byte by byte, as the
/// drivers of the field do with their buffers.
/// </summary>
sealed class DriverBench
{
    public const string Device = "imei=869975030000461&obj_id=3200&obj_inst_id=0";

    int _cleared;

    public DriverBench(string profile, double attachSeconds = 0, params Quirk[] quirks) => Mcu = new Mcu(new VirtualWorldOptions
    {
        Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)!, AttachDelay = TimeSpan.FromSeconds(attachSeconds), Quirks = new QuirkSet(quirks) },
        PrintsBoot = true,
    });

    public Mcu Mcu { get; }

    /// <summary>What has come since the buffer was cleared last, one character per byte.</summary>
    public string Buffer
    {
        get
        {
            Mcu.Advance(0);
            return Mcu.Raw[_cleared..];
        }
    }

    public void Clear() => _cleared = Mcu.Raw.Length;

    /// <summary>Clears the buffer, sends the text with CR LF, and takes what comes within the window.</summary>
    public string Ask(string command, double window = 2)
    {
        Mcu.Advance(0);
        Clear();
        Mcu.World.Line.Send(Encoding.Latin1.GetBytes(command + "\r\n"));
        Mcu.Advance(window);
        return Buffer;
    }

    /// <summary>The command's answer must contain the text; one that looks for OK takes any.</summary>
    public string Expect(string command, string text, double window = 2)
    {
        var answer = Ask(command, window);
        Assert.That(answer, Does.Contain(text), command);
        return answer;
    }

    /// <summary>Waits until the buffer contains the text; the buffer is kept.</summary>
    public string Wait(string text, double seconds = 60)
    {
        Assert.That(Mcu.World.RunUntil(() => Buffer.Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(seconds)), Is.True, $"no '{text}' in: {Buffer}");
        return Buffer;
    }

    /// <summary>The line that starts so, without its CR, once it is there whole.</summary>
    public string WaitLine(string start, double seconds = 60)
    {
        Assert.That(Mcu.World.RunUntil(() => Line(start) is not null, TimeSpan.FromSeconds(seconds)), Is.True, $"no line '{start}' in: {Buffer}");
        return Line(start)!;
    }

    /// <summary>A call of the platform's API, once what it sends has had time to arrive.</summary>
    public void Call(string method, string path, string? body = null)
    {
        Clear();
        Mcu.Call(method, path, body);
    }

    string? Line(string start)
    {
        var at = Buffer.IndexOf(start, StringComparison.Ordinal);
        var end = at < 0 ? -1 : Buffer.IndexOf("\r\n", at, StringComparison.Ordinal);
        return end < 0 ? null : Buffer[at..end];
    }
}
