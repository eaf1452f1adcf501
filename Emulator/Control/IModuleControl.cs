using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Control;

/// <summary>What the control API does to a running module. Each call is done when the module has taken it.</summary>
interface IModuleControl
{
    Task ResetAsync(ResetCause cause, CancellationToken cancellation);

    /// <summary>Adds faults; one of the same name is replaced.</summary>
    Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation);

    /// <summary>The faults that are on, with how often each has acted.</summary>
    Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation);

    /// <summary>False when there is no such fault.</summary>
    Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation);

    /// <summary>Answers a command with these lines instead of running it, so many times.</summary>
    Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation);

    /// <summary>Ends all faults.</summary>
    Task ClearFaultsAsync(CancellationToken cancellation);

    /// <summary>Ends all overrides.</summary>
    Task ClearOverridesAsync(CancellationToken cancellation);

    /// <summary>A local OneNET stands beside the module.</summary>
    bool HasPlatform { get; }
}
