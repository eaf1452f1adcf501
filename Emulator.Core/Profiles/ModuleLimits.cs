namespace M531x.Emulator.Core.Profiles;

/// <summary>How much a module holds and takes.</summary>
sealed record ModuleLimits
{
    /// <summary>Downlink operations that wait for AT+MIPLMGR; the oldest gives way.</summary>
    public required int QueuedOperations { get; init; }

    /// <summary>Write and execute data of those; the newcomer is dropped.</summary>
    public required int QueuedBytes { get; init; }

    /// <summary>A write with more is printed at once in every mode of AT+MIPLNMI.</summary>
    public required int UnqueuedPayloadBytes { get; init; }

    /// <summary>User data of one NOTIFY or READRSP with all its parts.</summary>
    public required int PayloadBytes { get; init; }

    /// <summary>Data of one +MIPLWRITE line of a block-wise write.</summary>
    public required int WriteChunkBytes { get; init; }

    /// <summary>Messages and bytes before encryption that wait for a new DTLS handshake.</summary>
    public required int CachedMessages { get; init; }
    public required int CachedBytes { get; init; }

    /// <summary>A printed operation that the MCU does not answer is dropped after this.</summary>
    public required int OperationSeconds { get; init; }

    /// <summary>Silence on the UART after which a module that the UART has woken sleeps again.</summary>
    public required int AwakeSeconds { get; init; }

    /// <summary>Silence on the UART after which a line whose CR has not come is refused.</summary>
    public required int UnendedLineSeconds { get; init; }

    public required int PskCharacters { get; init; }
}

/// <summary>How long something takes on a real module: usually, and at worst.</summary>
sealed record DelayRange(TimeSpan Typical, TimeSpan Slowest);

/// <summary>How long something takes on a real module that hangs on the network: between these, and usually anywhere between.</summary>
sealed record DelaySpread(TimeSpan Fastest, TimeSpan Slowest);

/// <summary>What a module and its network take their time for.</summary>
sealed record ModuleDelays
{
    /// <summary>From the end of a line that is no command to its answer; commands have times of their own.</summary>
    public required DelayRange Answer { get; init; }

    /// <summary>From power-on or reset until the network is attached.</summary>
    public required DelayRange Attach { get; init; }

    /// <summary>From AT+MIPLOPEN to the event that it succeeded; another one each time.</summary>
    public required DelaySpread Registration { get; init; }

    /// <summary>From the first byte on the UART of a sleeping module until it listens; zero for a UART that never sleeps.</summary>
    public required DelayRange Wake { get; init; }
}
