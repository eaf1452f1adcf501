namespace M531x.Emulator.Core.Sockets;

/// <summary>A name that AT+CMDNS or AT+CMDNSGIP has asked for.</summary>
sealed record NameLookup(string Command, string Host, TimeSpan Deadline);
