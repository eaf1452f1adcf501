using System.Text;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Drivers;

/// <summary>A key log that Wireshark and others read: a line CLIENT_RANDOM, client random, master secret for each handshake.</summary>
/// <param name="path">The file the user named; lines are added to it.</param>
sealed class KeyLog(string path)
{
    /// <summary>Adds a line. Returns what went wrong, or null.</summary>
    public string? Write(SecretsOutput secrets)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // whoever reads it reads everything
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(secrets.ToKeyLogLine()));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
