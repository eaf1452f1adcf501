using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>Wireshark's command-line program, with no settings but where its preferences would be.</summary>
static class Tshark
{
    /// <summary>The packets that a filter lets through, of each the fields with blanks between them; values that occur more than once have commas.</summary>
    public static string[] Read(string capture, string filter, params string[] fields) => Run(capture, filter, [], fields);

    /// <summary>The numbers of the packets with a wrong checksum, or that Wireshark finds malformed.</summary>
    public static string[] ReadBroken(string capture) => Run(capture, "ip.checksum.status == 0 || udp.checksum.status == 0 || _ws.malformed",
        ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"], ["frame.number"]);

    static string[] Run(string capture, string filter, string[] settings, string[] fields)
    {
        using var home = new Folder();
        using var tshark = new ChildProcess(InteropTools.Tshark(),
            ["-n", "-r", capture, .. settings, "-Y", filter, "-T", "fields", "-E", "separator=/s", .. fields.SelectMany(f => (string[])["-e", f])],
            environment: [("HOME", home.Path), ("XDG_CONFIG_HOME", home.Path), ("SSLKEYLOGFILE", "")]);
        Assert.That(tshark.WaitExit(), Is.Zero, () => string.Join(" | ", tshark.Errors.AwaitEnd()));
        return [.. tshark.Output.AwaitEnd().Select(l => l.TrimEnd())];
    }
}
