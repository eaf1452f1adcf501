using System.Globalization;
using System.Net;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Hosts as AT commands name them.</summary>
static class HostAddress
{
    const int MaxNameLength = 255;

    /// <summary>Reads an IPv4 address in four decimal parts.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        var parts = text.Split('.');
        if (parts.Length != 4 || !Array.TrueForAll(parts, p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return false;
        address = new IPAddress(Array.ConvertAll(parts, p => byte.Parse(p, NumberStyles.None, CultureInfo.InvariantCulture)));
        return true;
    }

    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
