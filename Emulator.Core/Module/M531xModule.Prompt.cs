using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>Sockets of the M5313: AT+IPSEND prompts for its data, and +RECEIVE carries them as they are.</content>
sealed partial class M531xModule
{
    /// <summary>A prompt that is not answered in full ends after this (assumed).</summary>
    static readonly TimeSpan PromptTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The data that the UART takes at present; null while it takes commands.</summary>
    DataPrompt? _prompt;

    AtResult PromptForData(ModuleSocket socket, int length)
    {
        _prompt = new DataPrompt(socket, length, _now + PromptTimeout);
        _uart.Raw("\r\n> ");
        return AtResult.None;
    }

    void TakePromptByte(byte value)
    {
        if (!_prompt!.Feed(value))
            return;
        var (socket, bytes) = (_prompt.Socket, _prompt.Bytes);
        var isSent = _sockets.TryFindKey(socket.Key, out _) && socket.State == SocketState.Connected;
        if (isSent && socket.Kind == SocketKind.Datagram)
            SendDatagram(socket, socket.Peer!, bytes, out _);
        else if (isSent)
            isSent = SendStream(socket, bytes);
        EndPrompt(isSent);
    }

    void HandlePromptTimeout()
    {
        if (_prompt is not null && _prompt.Deadline <= _now)
            EndPrompt(isSent: false);
    }

    void ForgetPrompt()
    {
        if (_prompt is null)
            return;
        _prompt = null;
        _uart.EndCommand(null);
    }

    void EndPrompt(bool isSent)
    {
        _prompt = null;
        _uart.EndCommand(isSent ? "SEND OK" : "SEND FAIL");
    }

    /// <summary>The data follow the colon at once.</summary>
    void PrintReceived(ModuleSocket socket, ReadOnlyMemory<byte> bytes) =>
        Urc(Line($"+RECEIVE,{socket.Id},{bytes.Length}:{Encoding.Latin1.GetString(bytes.Span)}"));
}
