using System.Net;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Platform;

namespace M531x.Emulator.Drivers;

/// <summary>Runs one module, and the local OneNET beside it, under one clock.</summary>
interface IModuleHost : IModuleControl, IClockControl, IUartControl, IAsyncDisposable
{
    /// <summary>Ends when the host was stopped; faults when the core threw, which is a bug of the emulator.</summary>
    Task Completion { get; }

    void Start();

    /// <summary>Where one of the local OneNET's ports is; null when there is none.</summary>
    IPEndPoint? AddressOf(OneNetPort port);

    /// <summary>A call of the local OneNET's HTTP API.</summary>
    Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation);
}
