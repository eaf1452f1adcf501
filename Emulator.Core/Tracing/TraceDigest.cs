using System.Security.Cryptography;

namespace M531x.Emulator.Core.Tracing;

/// <summary>What two runs that ought to be the same are compared by: the SHA-256 of the JSON trace, as <c>sha256sum</c> prints it of the file.</summary>
static class TraceDigest
{
    public static string Of(TraceHeader header, IEnumerable<TraceEvent> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var format = new JsonTrace();
        hash.AppendData(format.Begin(header));
        foreach (var traceEvent in events)
            hash.AppendData(format.Format(traceEvent));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
