using System.Globalization;
using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;

[assembly: CommandFamily<AddressPart>(Order = 90)]

namespace M531x.Emulator.Core.Network;

/// <summary>Announces the address that the network gives: to the MCU by the module's own line, and to the network as a new source of datagrams.</summary>
sealed class AddressPart(ModuleContext context) : ModulePart(context), ICommandFamily<AddressPart>, IRadioUser
{
    /// <summary>The boot lines are not out yet: they announce the address later.</summary>
    bool _isQuiet;

    public static IEnumerable<AtCommand> Rows => [];

    public RadioTurn Turn => RadioTurn.Announce;

    public static AddressPart Create(ModuleContext context) => new(context);

    /// <summary>Prints nothing until <see cref="Announce"/>.</summary>
    public void BeQuiet(bool isQuiet) => _isQuiet = isQuiet;

    /// <summary>Prints the present address, and each one from now on.</summary>
    public void Announce()
    {
        if (Context.Air.Address is { } address)
            Print(address);
        _isQuiet = false;
    }

    public void HandleRadio(RadioEvent radioEvent)
    {
        if (radioEvent is not AddressChanged { Address: { } address })
            return;
        // Servers that know the module by its old address lose it.
        Emit(new RebindSocket(address));
        if (!_isQuiet)
            Print(address);
    }

    /// <summary>The network replaces a mapping of its address translation; the module itself sees nothing of it.</summary>
    public override bool TryApply(ActiveFault fault, bool begins)
    {
        if (fault.Spec.Type.Name != "nat-rebind")
            return false;
        Emit(new RebindSocket(fault.Text("change") == "address" ? DrawAddress(fault.Random) : Context.Air.Address));
        return true;
    }

    void Print(IPAddress address)
    {
        if (Profile.AddressLine is { } line)
            Urc(string.Format(CultureInfo.InvariantCulture, line, address));
    }

    /// <summary>An address of the range for address translation by carriers (RFC 6598).</summary>
    static IPAddress DrawAddress(SeededRandom random) =>
        new([100, (byte)(64 + random.Next(64)), (byte)random.Next(256), (byte)(1 + random.Next(254))]);
}
