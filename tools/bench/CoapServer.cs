using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace M531x.Tools.Bench;

/// <summary>libcoap's server with OpenSSL, on loopback and on the same core.</summary>
sealed class CoapServer : IDisposable
{
    const string Program = "coap-server-openssl";

    readonly Process _process;

    CoapServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Of DTLS.</summary>
    public int Port { get; }

    /// <summary>What the process has had of the core; nanosecond counts of Linux (proc, schedstat).</summary>
    public TimeSpan Spent
    {
        get
        {
            var text = File.ReadAllText($"/proc/{_process.Id}/schedstat");
            return TimeSpan.FromTicks(long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick);
        }
    }

    public static CoapServer? TryStart(out string reason)
    {
        var plain = FreePort();
        try
        {
            var process = Process.Start(new ProcessStartInfo(Program,
                ["-A", "127.0.0.1", "-p", $"{plain}", "-k", Secrets.KeyText, "-h", "hint", "-v", "2"])
            { RedirectStandardError = true })!;
            process.BeginErrorReadLine();
            reason = $"{Program} does not listen";
            for (var i = 0; i < 100 && !process.HasExited; i++)
            {
                // DTLS has the port after the plain one.
                if (Listens(plain + 1))
                    return new CoapServer(process, plain + 1);
                Thread.Sleep(50);
            }
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            reason = $"there is no {Program} (package libcoap3-bin)";
            return null;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static bool Listens(int port) =>
        File.ReadLines("/proc/net/udp").Any(line => line.Contains($":{port:X4} ", StringComparison.Ordinal));

    /// <summary>One whose neighbour above is free too.</summary>
    static int FreePort()
    {
        while (true)
        {
            using var first = Bind(0);
            var port = ((IPEndPoint)first.LocalEndPoint!).Port;
            try
            {
                using var second = Bind(port + 1);
                return port;
            }
            catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
            {
                // taken: try another
            }
        }
    }

    static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }
}

/// <summary>A client at a <see cref="CoapServer"/>: the time of both counts.</summary>
sealed class Visits(ISide client, CoapServer server) : ISide
{
    public string Name => client.Name;

    public string Remark => client.Remark;

    public Slice Run(TimeSpan length)
    {
        var before = server.Spent;
        var slice = client.Run(length);
        return slice with { Processor = slice.Processor + server.Spent - before };
    }

    public void Dispose() => client.Dispose();
}
