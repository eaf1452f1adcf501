namespace M531x.Emulator.Core.Profiles;

/// <summary>How a family of modules shows its sockets on the UART.</summary>
enum SocketDialect
{
    /// <summary>AT+NSOCR and its companions; +NSONMI says that something can be read with AT+NSORF.</summary>
    Neul,

    /// <summary>AT+IPSTART with a number of the MCU's choice, data inside AT+IPSEND, received data in +IPRD.</summary>
    Ip,

    /// <summary>As <see cref="Ip"/>, but AT+IPSEND prompts for its data and received data follow +RECEIVE.</summary>
    Prompt,
}
