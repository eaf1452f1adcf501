namespace M531x.Emulator.Core.At;

/// <summary>The flags of AT+MIPLNOTIFY, AT+MIPLREADRSP and AT+NSOSD (manual §1.9, §1.11).</summary>
static class MessageFlag
{
    public const int Last = 0;
    public const int First = 1;
    public const int Middle = 2;
    public const int HighPriority = 0x100;

    /// <summary>The RRC connection is released once the message has left.</summary>
    public const int ReleaseAfterSend = 0x200;

    /// <summary>The RRC connection is released once the message is answered.</summary>
    public const int ReleaseAfterAnswer = 0x400;
}
