using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Dtls.Handshake;

/// <content>Flights: sent together, repeated together with new record numbers and the old message numbers (RFC 6347 §4.2.4).</content>
abstract partial class DtlsConnection
{
    readonly Flight _flight = new();
    TimeSpan _retransmitAt = TimeSpan.MaxValue;
    TimeSpan _handshakeDeadline = TimeSpan.MaxValue;
    TimeSpan _timeout;
    TimeSpan _lastFlightUntil = TimeSpan.MaxValue;

    protected void StartHandshakeTimer(TimeSpan now)
    {
        if (_options.HandshakeTimeout is { } limit)
            _handshakeDeadline = now + limit;
    }

    protected void BeginFlight(int number) => _flight.Begin(number);

    /// <summary>Number of our next message.</summary>
    protected ushort NextSend { get; set; }

    /// <summary>A server that kept no state goes on from the ClientHello's number.</summary>
    protected void StartMessages(ushort sequence) => NextSend = _nextReceive = sequence;

    /// <summary>Adds a message to the flight and returns it with its header; unless it is a ClientHello, to the transcript too.</summary>
    protected byte[] AddMessage(HandshakeType type, ReadOnlySpan<byte> body, int epoch = 0)
    {
        var message = new byte[HandshakeHeader.Size + body.Length];
        new HandshakeHeader(type, body.Length, NextSend++, 0, body.Length).Write(message);
        body.CopyTo(message.AsSpan(HandshakeHeader.Size));
        _flight.AddMessage(message, epoch);
        // A ClientHello counts only once the server has answered it with a ServerHello (RFC 6347 §4.2.1).
        if (type != HandshakeType.ClientHello)
            Transcript.Add(message);
        return message;
    }

    protected void AddChangeCipherSpec() => _flight.AddChangeCipherSpec();

    /// <summary>Sends the flight. One that the peer answers is repeated until it does; the last of a handshake when the peer repeats its own.</summary>
    protected void SendFlight(TimeSpan now, bool awaitsAnswer)
    {
        _timeout = _options.InitialTimeout;
        _retransmitAt = awaitsAnswer ? now + _timeout : TimeSpan.MaxValue;
        TransmitFlight();
    }

    /// <summary>The peer has not answered in time.</summary>
    protected virtual void HandleSilence(TimeSpan now)
    {
        _timeout = _timeout + _timeout < _options.MaxTimeout ? _timeout + _timeout : _options.MaxTimeout;
        RepeatFlight(now, _timeout);
    }

    /// <summary>The handshake has taken too long.</summary>
    protected virtual void GiveUp() => Fail(DtlsFailure.HandshakeTimeout);

    /// <summary>When <see cref="Decide"/> is due.</summary>
    protected TimeSpan DecideAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>What was put off until <see cref="DecideAt"/>.</summary>
    protected virtual void Decide() => DecideAt = TimeSpan.MaxValue;

    /// <summary>A repetition of what the peer sent before does not put off the end of a handshake that it has refused.</summary>
    protected virtual bool IsRefused => false;

    protected void RepeatFlight(TimeSpan now, TimeSpan wait)
    {
        _retransmitAt = now + wait;
        RepeatFlight();
    }

    /// <summary>The peer has repeated its flight, so ours, or part of it, was lost.</summary>
    void AnswerRepeat(TimeSpan now)
    {
        if (_flight.Parts.Count == 0 || now >= _lastFlightUntil)
            return;
        if (_retransmitAt != TimeSpan.MaxValue && !IsRefused)
            _retransmitAt = now + _timeout;
        RepeatFlight();
    }

    void RepeatFlight()
    {
        _flight.Attempt++;
        _output.Counters.Retransmissions++;
        TransmitFlight();
    }

    void StopTimers() => _retransmitAt = _handshakeDeadline = DecideAt = TimeSpan.MaxValue;

    void TransmitFlight()
    {
        var room = Math.Max(_options.MaxDatagram, 128);
        Memory<byte> datagram = default;
        var used = 0;
        Span<byte> piece = stackalloc byte[HandshakeHeader.Size + RecordView.MaxContentLength / 8];
        foreach (var part in _flight.Parts)
        {
            if (part.Message is null)
            {
                Append(ContentType.ChangeCipherSpec, 0, [1]);
                continue;
            }
            var offset = 0;
            var total = part.Message.Length - HandshakeHeader.Size;
            do
            {
                var length = Math.Min(total - offset, PieceLength(part, room));
                length = Math.Min(length, piece.Length - HandshakeHeader.Size);
                var cursor = (ReadOnlySpan<byte>)part.Message;
                HandshakeHeader.TryRead(ref cursor, out var header, out _);
                (header with { FragmentOffset = offset, FragmentLength = length }).Write(piece);
                part.Message.AsSpan(HandshakeHeader.Size + offset, length).CopyTo(piece[HandshakeHeader.Size..]);
                Append(ContentType.Handshake, part.Epoch, piece[..(HandshakeHeader.Size + length)]);
                offset += length;
            }
            while (offset < total);
        }
        Flush();
        Tell(new DtlsEvent { Kind = DtlsEventKind.FlightSent, Number = _flight.Number, Attempt = _flight.Attempt });

        void Append(ContentType type, int epoch, ReadOnlySpan<byte> content)
        {
            var needed = RecordLength(epoch, content.Length);
            if (used > 0 && (used + needed > room || !_options.PacksRecords))
                Flush();
            if (used == 0)
                datagram = _output.ReserveDatagram(Math.Max(room, needed));
            used += WriteRecord(datagram.Span[used..], type, epoch, content);
        }

        void Flush()
        {
            if (used > 0)
                _output.Send(Peer, datagram[..used]);
            used = 0;
        }
    }

    /// <summary>Bytes of a message that fit a record; a ClientHello is not split, so that its cookie can be checked without state.</summary>
    int PieceLength(FlightPart part, int room)
    {
        if ((HandshakeType)part.Message![0] == HandshakeType.ClientHello)
            return part.Message.Length;
        var fits = room - RecordLength(part.Epoch, HandshakeHeader.Size);
        return Math.Max(1, Math.Min(_options.MaxFragment, fits));
    }
}
