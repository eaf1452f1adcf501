namespace M531x.Emulator.Core.At;

/// <summary>+CIS ERROR numbers (manual §3.1).</summary>
enum CisError
{
    /// <summary>Syntax or parameter.</summary>
    Syntax = 601,

    /// <summary>Not registered, registering, or already registered.</summary>
    Status = 602,

    /// <summary>Not allowed now.</summary>
    NotAllowed = 651,

    /// <summary>A Register, Update or Deregister is under way.</summary>
    UplinkBusy = 652,

    /// <summary>The device instance exists already, or another resource does not exist.</summary>
    Resource = 653,
}

/// <summary>+CME ERROR numbers (3GPP TS 27.007 §9.2).</summary>
enum CmeError
{
    None,
    OperationNotAllowed = 3,
    OperationNotSupported = 4,
    NoNetworkService = 30,
    IncorrectParameters = 50,
}

enum AtResultKind
{
    Ok,
    Error,

    /// <summary>No such command: ERROR, whatever AT+CMEE says.</summary>
    Unknown,
    CisError,

    /// <summary>No final line: the command restarts the module.</summary>
    None,
}

/// <summary>How a command ends: its final line on the UART, and the reason when it is a refusal.</summary>
readonly record struct AtResult(AtResultKind Kind, CisError Cis = default, CmeError Cme = default)
{
    public static readonly AtResult Ok = new(AtResultKind.Ok);
    public static readonly AtResult Error = new(AtResultKind.Error);
    public static readonly AtResult Unknown = new(AtResultKind.Unknown);
    public static readonly AtResult None = new(AtResultKind.None);

    /// <summary>Why the command is refused; null when it is not, or when no reason is given yet.</summary>
    public Refusal? Why { get; init; }

    public bool IsOk => Kind == AtResultKind.Ok;

    public AtResult Because(Refusal why) => this with { Why = why };

    public static implicit operator AtResult(CisError error) => new(AtResultKind.CisError, error);
    public static implicit operator AtResult(CmeError error) => new(AtResultKind.Error, Cme: error);
}
