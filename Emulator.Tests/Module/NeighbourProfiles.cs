using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
using M531x.Emulator.Profiles;
using M531x.Emulator.Tests.Support;

namespace M531x.Emulator.Tests.Module;

/// <summary>Modules of each face, built from data alone.</summary>
static class NeighbourProfiles
{
    public static ModuleProfile M5311 { get; } = ModuleProfile.M5310A with
    {
        Name = "m5311",
        Model = "M5311",
        ColonSpace = " ",
        QuotesNetworkText = true,
        ContextId = 1,
        OperatorAccess = 7,
        AddressLine = "+IP:{0}",
        PsmEnterLine = "*MNBIOTEVENT: \"ENTER PSM\"",
        PsmExitLine = "*MNBIOTEVENT: \"EXIT PSM\"",
        SleepLine = "*GOTOSLEEP",
        WakeLine = "*MATWAKEUP",
        RebootingText = "\r\nREBOOTING..\r\n",
        BootText = "\r\n*ATREADY: 1\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n",
    };

    public static ModuleProfile M5313 { get; } = ModuleProfile.M5310A with
    {
        Name = "m5313",
        Model = "M5313",
        ColonSpaceOverrides = new Dictionary<string, string> { ["+CFGDUALMODE"] = " ", ["+COPS"] = " ", ["+CGACT"] = " " },
        BlankBeforeLast = ["+COPS", "+CGACT"],
        ContextId = 1,
        OperatorAccess = 0,
    };

    public static Mcu Start(ModuleProfile? profile = null, double attachSeconds = 0, double inactivitySeconds = 20) => new(new VirtualWorldOptions
    {
        Module = new ModuleOptions
        {
            Profile = profile ?? ModuleProfile.M5310A,
            AttachDelay = TimeSpan.FromSeconds(attachSeconds),
            RrcInactivity = TimeSpan.FromSeconds(inactivitySeconds),
        },
    });
}
