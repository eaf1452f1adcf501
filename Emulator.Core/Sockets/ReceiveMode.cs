namespace M531x.Emulator.Core.Sockets;

/// <summary>&lt;receive control&gt; of AT+NSOCR.</summary>
enum ReceiveMode
{
    /// <summary>What arrives is dropped.</summary>
    Ignore,

    /// <summary>What arrives waits for AT+NSORF and is announced by +NSONMI.</summary>
    Announce,

    /// <summary>What arrives is printed in +NSORF at once.</summary>
    Print,
}
