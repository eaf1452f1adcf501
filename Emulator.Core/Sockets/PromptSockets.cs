using System.Net;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Sockets of the M5313: AT+IPSEND prompts for its data, and +RECEIVE carries them as they are.</summary>
sealed class PromptSockets(ModuleContext context, NameQueries names) : IpSockets(context, names), IDataReceiver
{
    /// <summary>A prompt that is not answered in full ends after this (assumed).</summary>
    static readonly TimeSpan PromptTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The last prompt; it counts as long as the UART takes data for it.</summary>
    DataPrompt? _prompt;

    public override TimeSpan NextDeadline =>
        IsPrompting && _prompt!.Deadline < base.NextDeadline ? _prompt.Deadline : base.NextDeadline;

    bool IsPrompting => _prompt is not null && Context.Input.Receiver == this;

    public override string ConnectLine(ModuleSocket socket, bool isConnected) => Text($"{socket.Id},{base.ConnectLine(socket, isConnected)}");

    public override string ClosedLine(ModuleSocket socket) => Text($"{socket.Id},CLOSED");

    /// <summary>The data follow the colon at once.</summary>
    public override void Deliver(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes) =>
        Context.Output.Urc(Text($"+RECEIVE,{socket.Id},{bytes.Length}:{Encoding.Latin1.GetString(bytes.Span)}"));

    public void Receive(byte value)
    {
        if (!_prompt!.Feed(value))
            return;
        var (socket, bytes) = (_prompt.Socket, _prompt.Bytes);
        var isSent = Sockets.TryFindKey(socket.Key, out _) && socket.State == SocketState.Connected;
        if (isSent && socket.Kind == SocketKind.Datagram)
            Engine.SendDatagram(socket, socket.Peer!, bytes, out _);
        else if (isSent)
            isSent = Engine.TrySendStream(socket, bytes);
        EndPrompt(isSent);
    }

    public override void HandleTimeout()
    {
        if (IsPrompting && _prompt!.Deadline <= Context.Now)
            EndPrompt(isSent: false);
    }

    protected override AtResult Send(ModuleSocket socket, int length, AtArguments arguments)
    {
        if (length == 0 || arguments.Has(2))
            return AtResult.Error;
        _prompt = new DataPrompt(socket, length, Context.Now + PromptTimeout);
        Context.Input.Begin(this);
        Context.Output.Raw("\r\n> ");
        return AtResult.None;
    }

    void EndPrompt(bool isSent)
    {
        _prompt = null;
        Context.Input.End(isSent ? "SEND OK" : "SEND FAIL");
    }
}
