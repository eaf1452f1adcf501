namespace M531x.Emulator.Core.Mipl;

/// <summary>+MIPLEVENT numbers an M531X prints (manual §4.2; 12, 13 and 25 from China Mobile's SDK), and those that only quirks print.</summary>
enum MiplEvent
{
    BootstrapStarted = 1,
    BootstrapSucceeded = 2,
    BootstrapFailed = 3,
    Connected = 4,
    ConnectFailed = 5,
    Registered = 6,
    RegisterFailed = 7,
    RegisterTimedOut = 8,
    LifetimeExpired = 9,
    StatusHalt = 10,
    Updated = 11,
    UpdateRefused = 12,
    UpdateTimedOut = 13,
    UpdateNeeded = 14,
    Deregistered = 15,
    ResponseFailed = 20,
    ResponseSent = 21,
    NotifyFailed = 25,
    NotifyAcknowledged = 26,
    DeletedByPlatform = 31,
    DtlsIpAgeing = 32,
}
