using System.Globalization;
using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A peer in C over one of the system's libraries; see peers/peer.c.</summary>
sealed class ProcessPeer : Peer
{
    readonly ChildProcess _process;

    public ProcessPeer(string program, PeerSettings settings)
    {
        List<string> arguments =
        [
            settings.Role == PeerRole.Server ? "server" : "client", Number(settings.ServerPort), Convert.ToHexString(settings.Key), settings.Identity,
            settings.Suite.ShortName(),
        ];
        if (!settings.ExtendedMasterSecret)
            arguments.Add("noems");
        if (!settings.EncryptThenMac)
            arguments.Add("noetm");
        _process = new ChildProcess(program, arguments);
        Output = _process.Output;
        var ready = Output.Await("ready ").Split(' ');
        Version = ready[1];
        Port = int.Parse(ready[2], CultureInfo.InvariantCulture);
    }

    public override void Tell(string command)
    {
        _process.Input.WriteLine(command);
        _process.Input.Flush();
    }

    public override void Dispose() => _process.Dispose();
}
