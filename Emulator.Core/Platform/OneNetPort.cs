using System.Net;

namespace M531x.Emulator.Core.Platform;

/// <summary>Which of the platform's sockets a datagram belongs to.</summary>
enum OneNetPort
{
    Bootstrap,
    Lwm2m,
    BootstrapDtls,
    Lwm2mDtls,
}

/// <summary>A datagram that has to leave from one of the platform's ports.</summary>
readonly record struct OneNetDatagram(OneNetPort Port, IPEndPoint To, ReadOnlyMemory<byte> Bytes);
