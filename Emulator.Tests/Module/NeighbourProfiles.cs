using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;

namespace M531x.Emulator.Tests.Module;

/// <summary>Modules of each face, with the echo off so that tests see answers alone.</summary>
static class NeighbourProfiles
{
    public static ModuleProfile M5311 { get; } = ModuleProfile.Find("m5311")! with { EchoByDefault = false };

    public static ModuleProfile M5313 { get; } = ModuleProfile.Find("m5313")! with { EchoByDefault = false };

    public static Mcu Start(ModuleProfile? profile = null, double attachSeconds = 0, double inactivitySeconds = 20, bool ages = true) => new(new VirtualWorldOptions
    {
        Module = new ModuleOptions
        {
            Profile = profile ?? ModuleProfile.M5310A,
            AttachDelay = TimeSpan.FromSeconds(attachSeconds),
            RrcInactivity = TimeSpan.FromSeconds(inactivitySeconds),
            IpAgeing = ages ? new ModuleOptions().IpAgeing : null,
        },
    });
}
