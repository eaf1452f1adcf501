using System.Net;
using System.Net.Sockets;
using System.Text;
using M531x.Emulator.Lines.Posix;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The MCU's end of a line: a reader thread cuts what arrives into lines, commands are written as they are.</summary>
sealed class Uart : IDisposable
{
    readonly Action<byte[]> _write;
    readonly Action _close;
    readonly StringBuilder _raw = new();
    readonly LineLog _lines = new("UART");
    string _rest = "";

    Uart(Action<byte[]> write, Action close)
    {
        _write = write;
        _close = close;
    }

    /// <summary>Everything received, one character per byte.</summary>
    public string Raw
    {
        get { lock (_raw) return _raw.ToString(); }
    }

    /// <summary>Opens a serial device with open(2), read(2) and write(2), as a program for an MCU's port does; no mode is set.</summary>
    public static unsafe Uart Open(string path)
    {
        // Not as the test runner's controlling terminal: its end would be the runner's.
        var fd = Libc.Open(path, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        Assert.That(fd, Is.GreaterThanOrEqualTo(0), $"open {path}");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        var wake = new WakePipe();
        Thread reader = null!;
        var uart = new Uart(
            bytes =>
            {
                fixed (byte* start = bytes)
                    Assert.That((int)Libc.Write(handle, start, (nuint)bytes.Length), Is.EqualTo(bytes.Length), "write");
            },
            () =>
            {
                wake.Wake();
                reader.Join();
                wake.Dispose();
            });
        reader = new Thread(() =>
        {
            ReadDevice(handle, wake, uart);
            handle.Dispose();
        })
        { IsBackground = true };
        reader.Start();
        return uart;
    }

    /// <summary>What <see cref="AwaitBoot"/> reads, to the byte.</summary>
    public const string BootBytes = "\r\nREBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET\r\n\r\nNeul \r\n\r\nOK\r\n";

    public static Uart Connect(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        return Over(new NetworkStream(socket, ownsSocket: true), bytes => socket.Send(bytes));
    }

    public static Uart Over(Stream input, Action<byte[]> write)
    {
        var uart = new Uart(write, input.Dispose);
        new Thread(() =>
        {
            var chunk = new byte[4096];
            try
            {
                while (input.Read(chunk) is > 0 and var count)
                    uart.Take(chunk.AsSpan(0, count));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Closed by us.
            }
            uart._lines.End();
        })
        { IsBackground = true }.Start();
        return uart;
    }

    /// <summary>Opens the device as the first client, which sees the power-on lines.</summary>
    public static Uart OpenFirst(string path) => Open(path).AwaitBoot();

    public static Uart ConnectFirst(IPEndPoint address) => Connect(address).AwaitBoot();

    /// <summary>The very next lines are those of an M5310-A that was powered on.</summary>
    public Uart AwaitBoot()
    {
        Assert.That(new[] { Next(), Next(), Next() }, Is.EqualTo(new[] { "REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "Neul ", "OK" }));
        return this;
    }

    /// <summary>Sends a command with its CR.</summary>
    /// <summary>Sends characters without ending the line.</summary>
    public void Type(string text) => _write(Encoding.Latin1.GetBytes(text));

    public void Send(string command) => _write(Encoding.Latin1.GetBytes(command + "\r"));

    /// <summary>Sends a command; answers its lines up to the final one, joined by a space.</summary>
    public string Command(string command)
    {
        Send(command);
        List<string> lines = [];
        do
            lines.Add(_lines.Next());
        while (!IsFinal(lines[^1]));
        return string.Join(' ', lines);
    }

    public string Next() => _lines.Next();

    public string Await(string start) => _lines.Await(start);

    /// <summary>Waits for a line of that URC and answers its fields behind the colon.</summary>
    public string[] Fields(string urc) => Await($"+{urc}:")[(urc.Length + 2)..].Split(',');

    public void Dispose() => _close();

    static unsafe void ReadDevice(SafeFileHandle handle, WakePipe wake, Uart uart)
    {
        var chunk = new byte[4096];
        var fds = stackalloc Libc.PollFd[2];
        while (true)
        {
            fds[0] = new Libc.PollFd { Fd = wake.ReadFd, Events = Libc.PollIn };
            fds[1] = new Libc.PollFd { Fd = (int)handle.DangerousGetHandle(), Events = Libc.PollIn };
            if (Libc.Poll(fds, 2, -1) < 0)
                continue;
            if (fds[0].Revents != 0)
                return;
            nint count;
            fixed (byte* start = chunk)
                count = Libc.Read(handle, start, (nuint)chunk.Length);
            if (count > 0)
                uart.Take(chunk.AsSpan(0, (int)count));
            else if ((fds[1].Revents & (Libc.PollHup | Libc.PollErr)) != 0)
                break;
        }
        uart._lines.End();
    }

    void Take(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        lock (_raw)
            _raw.Append(text);
        _rest += text;
        while (_rest.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            if (end > 0)
                _lines.Add(_rest[..end]);
            _rest = _rest[(end + 2)..];
        }
    }

    static bool IsFinal(string line) => line is "OK" or "ERROR" || line.StartsWith("+CIS ERROR:", StringComparison.Ordinal);
}
