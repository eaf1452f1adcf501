using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using M531x.Emulator.Tests.EndToEnd;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>libcoap's command-line tools with DTLS by that library: openssl or gnutls.</summary>
static partial class LibcoapPeer
{
    /// <summary>A server that creates what is put; answers the port of its DTLS side.</summary>
    public static ChildProcess StartServer(string library, byte[] key, out int port)
    {
        var plain = FreePair();
        port = plain + 1;
        var server = new ChildProcess(
            InteropTools.LibcoapWith(library, "coap-server"),
            ["-v", "7", "-A", "127.0.0.1", "-p", plain.ToString(CultureInfo.InvariantCulture), "-k", System.Text.Encoding.ASCII.GetString(key), "-d", "10"]);
        server.Output.Await(line => line.Contains("created DTLS", StringComparison.Ordinal), "DTLS endpoint");
        return server;
    }

    /// <summary>A client that posts a text and prints the answer.</summary>
    public static ChildProcess StartClient(string library, int port, string identity, byte[] key, string text) => new(
        InteropTools.LibcoapWith(library, "coap-client"),
        ["-B", "10", "-k", System.Text.Encoding.ASCII.GetString(key), "-u", identity, "-m", "post", "-e", text, $"coaps://127.0.0.1:{port}/x"]);

    public static string Version(string library)
    {
        using var usage = new ChildProcess(InteropTools.LibcoapWith(library, "coap-client"), []);
        usage.WaitExit();
        return usage.Errors.AwaitEnd().Concat(usage.Output.AwaitEnd()).Select(line => VersionNumber().Match(line)).First(m => m.Success).Groups[1].Value;
    }

    /// <summary>Two neighbouring ports: the server takes the second one for DTLS.</summary>
    static int FreePair()
    {
        while (true)
        {
            using var first = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            using var second = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)first.LocalEndPoint!).Port;
            try
            {
                second.Bind(new IPEndPoint(IPAddress.Loopback, port + 1));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another pair.
            }
        }
    }

    [GeneratedRegex(@"v(\d+\.\d+\.\d+)")]
    private static partial Regex VersionNumber();
}
