namespace M531x.Emulator.Core.At;

/// <summary>Lines that end a command (ITU-T V.250 §5.7.1, 3GPP TS 27.007 §9.2, the modules' own).</summary>
static class FinalResult
{
    /// <summary>Printed by AT+IPSEND of the M5313, without a line end: what follows are data.</summary>
    public const string Prompt = "> ";

    public static bool Is(string line) => line is "OK" or "SEND OK" or Prompt || IsFailure(line);

    public static bool IsFailure(string line) => line is "ERROR" or "SEND FAIL"
        || line.StartsWith("+CIS ERROR", StringComparison.Ordinal) || line.StartsWith("+CME ERROR", StringComparison.Ordinal);
}
