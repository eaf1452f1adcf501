namespace M531x.Emulator.Core.Platform;

/// <summary>A call of OneNET's HTTP API.</summary>
sealed record ApiRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>Finds a header by its name in any case, also when the dictionary is case-sensitive.</summary>
    public string? Header(string name)
    {
        if (Headers.TryGetValue(name, out var value))
            return value;
        foreach (var (key, other) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                return other;
        }
        return null;
    }
}

/// <summary>The answer to <see cref="OneNet.Call"/>: HTTP status (see <see cref="ApiErrorTable.StatusOf"/>) and JSON text.</summary>
sealed record ApiAnswer(long Call, int Status, string Body);
