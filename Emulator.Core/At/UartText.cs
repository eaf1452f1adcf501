namespace M531x.Emulator.Core.At;

/// <summary>Text on its way over the UART, whose characters are its bytes (ISO 8859-1).</summary>
static class UartText
{
    /// <summary>What is told of a text that is none.</summary>
    public const string Expected = "expected characters of one byte each; others are written in hexadecimal digits, where a command takes them";

    public static bool IsBytes(string text) => text.All(c => c <= byte.MaxValue);
}
