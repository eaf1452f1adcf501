using System.Globalization;
using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Module;

/// <content>What the radio model reports, as URCs; datagrams that wait for a paging window; early releases.</content>
sealed partial class M531xModule
{
    /// <summary>Datagrams the network keeps for a module in eDRX; the oldest goes first.</summary>
    const int MaxHeldDownlinks = 10;

    readonly Queue<(IPEndPoint From, byte[] Datagram)> _heldDownlinks = [];
    readonly ModuleSettings _settings;
    NetworkReports _reports = new();

    /// <summary>The address translation forgets the module at once, as after a long silence.</summary>
    public void AgeMapping(TimeSpan now)
    {
        _now = now;
        Trace("fault", "fired", "ip-age", ("type", "ip-age"));
        _radio.AgeMapping();
        Drain();
    }

    /// <summary>A datagram of the module came to a host where nobody listens on that port.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="to">As the module knows the server.</param>
    public void HandleUnreachable(TimeSpan now, IPEndPoint to)
    {
        _now = now;
        Trace("radio", "unreachable", $"{to}: port unreachable (ICMP): nobody listens there", true, ("server", to.ToString()));
        Drain();
    }

    /// <summary>A datagram of the module was too long for a link on its way.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="to">As the module knows the server.</param>
    /// <param name="longest">What that link takes, in bytes.</param>
    public void HandleTooBig(TimeSpan now, IPEndPoint to, int longest)
    {
        _now = now;
        Trace("radio", "too.big", Line($"{to}: fragmentation needed (ICMP): {longest} bytes pass"), true, ("server", to.ToString()), ("bytes", longest));
    }

    void DrainRadio()
    {
        while (_radio.TryTakeEvent(out var radioEvent))
            HandleRadioEvent(radioEvent);
    }

    void HandleRadioEvent(RadioEvent radioEvent)
    {
        switch (radioEvent)
        {
            case RadioStateChanged change:
                Trace("radio", "state", $"{change.From} -> {change.To}: {change.Why}",
                    ("from", change.From.ToString()), ("to", change.To.ToString()), ("why", change.Why));
                if (change.To is not (RadioState.Connected or RadioState.Idle))
                {
                    ForgetHeldDownlinks();
                    ForgetHeldInputs();
                }
                break;
            case RegistrationChanged registration when _reports.Registration > 0:
                Urc(Named("+CEREG", registration.Stat.ToString(CultureInfo.InvariantCulture) + RegistrationDetail()));
                break;
            case RrcChanged rrc:
                if (_reports.Connection == 1)
                    Urc(Named("+CSCON", rrc.Connected ? "1" : "0"));
                FollowConnection(rrc.Connected);
                if (rrc.Connected)
                {
                    DeliverHeldDownlinks();
                    ResumeSockets();
                }
                break;
            case PsmChanged psm:
                HandlePowerSaving(psm.Saving);
                break;
            case AddressChanged address:
                HandleAddress(address.Address);
                break;
            case MappingAged aged:
                Trace("radio", "mapping.aged", $"{aged.Address}: {aged.Why}", ("address", aged.Address.ToString()), ("why", aged.Why));
                break;
        }
    }

    void HandlePowerSaving(bool saving)
    {
        var profile = _options.Profile;
        if (_reports.PowerSaving == 1)
            Urc(saving ? profile.PsmEnterLine : profile.PsmExitLine);
        if (saving)
            FallAsleep();
        else
            WakeUp("radio");
    }

    void HandleAddress(IPAddress? address)
    {
        Trace("radio", "address", address?.ToString() ?? "none", ("address", address?.ToString()));
        if (address is null)
        {
            LoseSockets();
            return;
        }
        AgeSockets();
        // Whoever knows the module by its old address loses it.
        _effects.Enqueue(new RebindSocket(address));
        if (!_quietStart)
            PrintAddress(address);
    }

    void PrintAddress(IPAddress address)
    {
        if (_options.Profile.AddressLine is { } line)
            Urc(string.Format(CultureInfo.InvariantCulture, line, address));
    }

    void DeliverDownlink(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        if (_instance is null)
            TraceLostDownlink(from, datagram);
        else
        {
            _effects.Enqueue(new DatagramTaken(from, datagram.ToArray()));
            _instance.Client.HandleDatagram(_now, from, datagram);
        }
    }

    void HoldDownlink(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        if (_heldDownlinks.Count == MaxHeldDownlinks)
        {
            var (oldFrom, old) = _heldDownlinks.Dequeue();
            TraceLostDownlink(oldFrom, old);
        }
        _heldDownlinks.Enqueue((from, datagram.ToArray()));
    }

    void DeliverHeldDownlinks()
    {
        while (_heldDownlinks.TryDequeue(out var held))
            DeliverDownlink(held.From, held.Datagram);
    }

    void ForgetHeldDownlinks()
    {
        while (_heldDownlinks.TryDequeue(out var held))
            TraceLostDownlink(held.From, held.Datagram);
    }

    void TraceLostDownlink(IPEndPoint from, ReadOnlySpan<byte> datagram, string why = "") =>
        Trace("radio", "downlink.lost", $"{datagram.Length} bytes from {from}{why}",
            ("from", from.ToString()), ("bytes", datagram.Length), ("why", why.Length > 0 ? why[2..] : null));

    /// <summary>Remembers that the exchange's datagram carries a release indication: flag 0x200 or 0x400.</summary>
    void AwaitRelease(long exchange, string flagText)
    {
        // Behind DTLS the module gives no release indication.
        if (!Client.IsSecure && AtParameter.TryParseFlag(flagText, out var flag) && flag is FlagReleaseAfterSend or FlagReleaseAfterAnswer)
            _instance!.AwaitingRelease[exchange] = flag;
    }

    void AssistRelease(long exchange, bool sent)
    {
        if (_instance is null || !_instance.AwaitingRelease.Remove(exchange, out var flag) || !sent)
            return;
        if (flag == FlagReleaseAfterSend)
            _radio.ReleaseAfterUplink(_now);
        else
            _radio.ReleaseAfterDownlink();
    }
}
