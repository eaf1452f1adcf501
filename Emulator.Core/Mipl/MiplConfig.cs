using System.Globalization;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The two public forms of the configuration. An M531X writes and reads the old one.</summary>
enum MiplConfigLayout
{
    /// <summary>Bootstrap is the top nibble of the host length.</summary>
    Old,

    /// <summary>A flag byte after the link and band types carries bootstrap (bit 7) and DTLS (bit 6).</summary>
    New,
}

/// <summary>
/// The binary configuration of AT+MIPLCREATE (manual §1.1, §5.3.1.2, §6.2). Integers are big endian, strings are a
/// 2-byte length and Latin-1 text:
/// <code>
/// 13 total(2)
/// F1 0003
/// F2 length(2)  mtu(2) link|band(1) [flags(1)] apn user password server userdata
/// F3 length(2)  log(1) log-buffer(2) userdata
/// </code>
/// Every decoded configuration encodes to the bytes it came from.
/// </summary>
sealed partial record MiplConfig
{
    /// <summary>The port of a server given without one.</summary>
    public const int DefaultPort = 5683;

    /// <summary>The port that selects DTLS (manual §2.5).</summary>
    public const int DtlsPort = 5684;

    public MiplConfigLayout Layout { get; init; }
    public int Mtu { get; init; } = 1024;

    /// <summary>A nibble; 1 in every known configuration.</summary>
    public int LinkType { get; init; } = 1;

    /// <summary>A nibble; 1 in every known configuration.</summary>
    public int BandType { get; init; } = 1;

    public string Apn { get; init; } = "";
    public string User { get; init; } = "";
    public string Password { get; init; } = "";

    /// <summary>Whether the server is a bootstrap server.</summary>
    public bool Bootstrap { get; init; }

    /// <summary>The DTLS flag; the old layout has none and is always false here. See <see cref="UsesDtls"/>.</summary>
    public bool Dtls { get; init; }

    /// <summary>Bits 5-0 of the new layout's flag byte, without known meaning.</summary>
    public int SpareFlags { get; init; }

    /// <summary>The server as written: <c>name-or-address[:port]</c>.</summary>
    public required string Server { get; init; }

    /// <summary><c>key:value;</c> pairs, AuthCode and PSK among them; <c>1</c> or <c>NULL</c> when there are none.</summary>
    public string UserData { get; init; } = "1";

    public bool LogEnabled { get; init; }
    public bool LogExtOutput { get; init; }

    /// <summary>Two bits.</summary>
    public int LogOutputType { get; init; }

    /// <summary>A nibble.</summary>
    public int LogOutputLevel { get; init; }

    public int LogBufferSize { get; init; }

    /// <summary>User data of the system item, which the module does not use.</summary>
    public string SysUserData { get; init; } = "";

    /// <summary>The server without its port.</summary>
    public string Host => TrySplitServer(Server, out var host, out _) ? host : Server;

    /// <summary>The server's port, <see cref="DefaultPort"/> when it names none.</summary>
    public int Port => TrySplitServer(Server, out _, out var port) ? port : DefaultPort;

    /// <summary>Whether the session is DTLS: the flag of the new layout, or port 5684.</summary>
    public bool UsesDtls => Dtls || Port == DtlsPort;

    /// <summary>The AuthCode of the user data; null when absent or empty.</summary>
    public string? AuthCode => FromUserData("AuthCode");

    /// <summary>The PSK of the user data; null when absent or empty.</summary>
    public string? Psk => FromUserData("PSK");

    /// <summary>
    /// Splits <c>host[:port]</c>; an IPv6 address stands in brackets, which the host keeps. False for an empty or
    /// unprintable host, a blank in it, and a port that is not 1 to 65535.
    /// </summary>
    public static bool TrySplitServer(string server, out string host, out int port)
    {
        (host, port) = (server, DefaultPort);
        var colon = server.LastIndexOf(':');
        if (colon > server.LastIndexOf(']'))
        {
            host = server[..colon];
            if (!int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
                || port is < 1 or > ushort.MaxValue)
                return false;
        }
        return host.Length > 0 && host.All(c => c is > ' ' and <= '~');
    }

    string? FromUserData(string key)
    {
        foreach (var pair in UserData.Split(';'))
            if (pair.StartsWith(key, StringComparison.Ordinal) && pair.Length > key.Length + 1 && pair[key.Length] == ':')
                return pair[(key.Length + 1)..];
        return null;
    }

    /// <summary>Reads host, host:port, and either after coap:// or coaps://; drivers in the field send all of these.</summary>
    public static bool TryParseHost(string text, out string host, out int port)
    {
        foreach (var scheme in (string[])["coap://", "coaps://"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                text = text[scheme.Length..];
        }
        return TrySplitServer(text, out host, out port) && host.Length <= 255
            && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}
