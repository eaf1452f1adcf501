using System.Net;

namespace M531x.Emulator.Core.Radio;

/// <summary>The order in which a module's parts react to one event of the radio.</summary>
enum RadioTurn
{
    /// <summary>Trace and unsolicited lines of the network commands.</summary>
    Report,

    /// <summary>The UART wakes up or falls asleep.</summary>
    Wake,

    /// <summary>Datagrams that the network kept reach the LwM2M client.</summary>
    Deliver,

    /// <summary>Sockets go on, both ways, or end.</summary>
    Resume,

    /// <summary>A new address is announced.</summary>
    Announce,
}

/// <summary>A part of the module that reacts to the radio.</summary>
interface IRadioUser
{
    RadioTurn Turn { get; }

    void HandleRadio(RadioEvent radioEvent);
}

/// <summary>
/// The way of the module's parts to the network. What a transmission changes happens before the call returns, as on a real module: a
/// connection that comes up wakes the UART and lets pass what waited for it.
/// </summary>
sealed class Air(RadioModel radio)
{
    IReadOnlyList<IRadioUser> _users = [];

    /// <summary>Readings, and the settings of the radio.</summary>
    public RadioModel Radio => radio;

    /// <summary>The network has given an address. Without coverage it lasts, and what is sent waits or is lost.</summary>
    public bool HasNetwork => radio.Address is not null;

    public IPAddress? Address => radio.Address;

    /// <summary>Sets who reacts to the radio; equal turns keep their order.</summary>
    public void Attach(IEnumerable<IRadioUser> users) => _users = [.. users.OrderBy(u => u.Turn)];

    /// <summary>Sends bytes over the air; false when they cannot leave.</summary>
    public bool Send(TimeSpan now, int bytes)
    {
        var sent = radio.Send(now, bytes);
        Drain();
        return sent;
    }

    /// <summary>Hands what the radio reports to its users.</summary>
    public void Drain()
    {
        while (radio.TryTakeEvent(out var radioEvent))
        {
            foreach (var user in _users)
                user.HandleRadio(radioEvent);
        }
    }
}
