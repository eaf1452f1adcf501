using System.Text;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <content>The module's UART: its line, and calls of the control API in the place of the MCU.</content>
sealed partial class RealTimeHost
{
    readonly McuConsole _console = new();
    long _droppedLogged;

    public async Task<AtAnswer?> SendAtAsync(AtRequest request, CancellationToken cancellation)
    {
        AtCall? call = null;
        try
        {
            await PostAsync(() =>
            {
                if (request.Line is not null && _console.IsBusy)
                    return;
                call = _console.Begin(Now, request);
                if (request.Line is not null)
                    TakeSerial(Encoding.Latin1.GetBytes(request.Line + "\r"));
            }, cancellation);
            return call is null ? null : await call.Answer.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Post(() => _console.Cancel(call));
            throw;
        }
    }

    public async Task<IReadOnlyList<UartLine>> ListLinesAsync(long after, CancellationToken cancellation)
    {
        IReadOnlyList<UartLine> lines = [];
        await PostAsync(() => lines = _console.After(after), cancellation);
        return lines;
    }

    void IEndpointSink.Received(ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        var speed = _line.ClientSpeed;
        Post(() =>
        {
            WarnOfSpeed(speed);
            TakeSerial(copy);
        });
    }

    void TakeSerial(byte[] bytes)
    {
        _tap.TakeSerial(Now, bytes);
        _module.HandleSerial(Now, _layers.Line.Take(Now, bytes).Span);
    }

    void WriteLine(SerialOutput output)
    {
        var now = Now;
        foreach (var (at, bytes) in _layers.Line.Pass(now, output))
        {
            DoAt(at, now, () =>
            {
                _line.Write(bytes.Span);
                _console.Take(Now, bytes.Span);
                // In memory nobody but the console reads.
                (_line as MemoryEndpoint)?.TakeWritten();
                LogDroppedOutput();
            });
        }
    }

    /// <summary>One line each time the loss begins or doubles: a port that nobody opens must not fill the log.</summary>
    void LogDroppedOutput()
    {
        var dropped = _line.Counters.BytesDropped;
        if (dropped == 0 || dropped < 2 * _droppedLogged)
            return;
        _droppedLogged = dropped;
        _tap.Tell(Now, "uart", "output.dropped", ("bytes", dropped));
        _log.Warning("nobody reads the line: {Bytes} bytes of the module's output are lost so far", dropped);
    }
}
