using System.Net;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// One thing that happened. Layers, names and fields are those of <see cref="TraceCatalog"/>; none of them carries a secret.
/// </summary>
/// <param name="At">Core time.</param>
/// <param name="Module">Index of the module; null for the platform, which serves all of them.</param>
/// <param name="Layer">Such as dtls.</param>
/// <param name="Name">Such as handshake.done.</param>
/// <param name="Fields">In the order in which they are written.</param>
record TraceEvent(TimeSpan At, int? Module, string Layer, string Name, IReadOnlyList<TraceField> Fields)
{
    /// <summary>Such as dtls.handshake.done.</summary>
    public string Key => $"{Layer}.{Name}";

    /// <summary>Bytes of the UART or of a datagram, for transcript and capture. Keys may be among them: they never enter the JSON trace.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The value of a text field; null when there is none.</summary>
    public string? Text(string field) => Find(field)?.Text;

    /// <summary>The value of a number, or 0 or 1 for a truth; null when there is none.</summary>
    public long? Number(string field) => Find(field) is { Type: not TraceFieldType.Text } found ? found.Number : null;

    TraceField? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
                return field;
        }
        return null;
    }
}

/// <summary>A datagram that the module has sent or received, with the addresses that the module sees.</summary>
sealed record DatagramEvent(TimeSpan At, int? Module, bool IsUp, IPEndPoint From, IPEndPoint To, ReadOnlyMemory<byte> Bytes)
    : TraceEvent(At, Module, "path", IsUp ? "datagram.up" : "datagram.down",
        [("from", From.ToString()), ("to", To.ToString()), ("bytes", Bytes.Length)])
{
    public override string ToString() => $"{Key} {From} {To}";
}
