namespace M531x.Emulator.Core.Sockets;

/// <summary>AT+IPRCFG: how +IPRD shows what arrives.</summary>
/// <param name="IsAutomatic">Printed at once; else it waits for AT+IPRD.</param>
/// <param name="Mode">0 without the sender, 1 and 2 with its address and port.</param>
/// <param name="IsHex">Data as hexadecimal digits.</param>
readonly record struct IpReceive(bool IsAutomatic, int Mode, bool IsHex)
{
    /// <summary>After a start (assumed).</summary>
    public static IpReceive Initial { get; } = new(IsAutomatic: true, Mode: 0, IsHex: true);
}
