namespace M531x.Emulator.Lines.Posix;

/// <summary>Flags of open(2); the numbers differ between systems.</summary>
static class OpenFlags
{
    public const int ReadWrite = 2;

    public static int NoControllingTerminal => OperatingSystem.IsMacOS() ? 0x20000 : 0x100;
    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    public static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;
}
