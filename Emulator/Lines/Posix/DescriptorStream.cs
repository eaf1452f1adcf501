using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>
/// Bare read(2) and write(2) on a descriptor of the process. The streams of Console set up the terminal, which changes its mode and puts
/// an escape sequence before the first byte.
/// </summary>
sealed unsafe class DescriptorStream(int fd) : Stream
{
    readonly SafeFileHandle _fd = new(fd, ownsHandle: false);

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint result;
            fixed (byte* start = buffer)
                result = Libc.Read(_fd, start, (nuint)buffer.Length);
            if (result >= 0)
                return (int)result;
            WaitOrThrow(Libc.PollIn);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint result;
            fixed (byte* start = buffer)
                result = Libc.Write(_fd, start, (nuint)buffer.Length);
            if (result >= 0)
                buffer = buffer[(int)result..];
            else
                WaitOrThrow(Libc.PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Another program may have made the descriptor that we share with it non-blocking.</summary>
    void WaitOrThrow(short events)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Errno.Interrupted)
            return;
        if (error != Errno.TryAgain)
            throw new IOException(Libc.ErrorText(error));
        var poll = new Libc.PollFd { Fd = (int)_fd.DangerousGetHandle(), Events = events };
        _ = Libc.Poll(&poll, 1, -1);
    }
}
