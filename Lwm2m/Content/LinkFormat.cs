namespace M531x.Lwm2m.Content;

/// <summary>One link with its attributes in order; a value is null for a flag (RFC 6690 §2).</summary>
public sealed record Link(string Target, IReadOnlyList<KeyValuePair<string, string?>> Attributes);

/// <summary>CoRE link format (RFC 6690), used by Register and Discover.</summary>
public static class LinkFormat
{
    public static string Write(IEnumerable<Link> links) => throw new NotImplementedException();

    /// <summary>Reads a list; commas and semicolons inside quotes belong to the value. False when malformed.</summary>
    public static bool TryParse(string text, out IReadOnlyList<Link> links) => throw new NotImplementedException();
}
