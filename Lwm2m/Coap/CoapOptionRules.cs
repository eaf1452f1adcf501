using System.Text.Unicode;

namespace M531x.Lwm2m.Coap;

/// <summary>Which critical options are understood, and with what values (RFC 7252 §5.4 and table 4, RFC 7959 §2.1).</summary>
sealed class CoapOptionRules(IReadOnlyList<int> knownToOwner)
{
    readonly HashSet<int> _knownToOwner = [.. knownToOwner];

    /// <summary>
    /// The number of the first critical option that has to be treated as not understood, or null: an unknown one,
    /// one repeated that may not be (§5.4.5), or one whose value does not fit its format (§5.4.3).
    /// </summary>
    public int? FirstNotUnderstood(CoapMessage message)
    {
        var previous = -1;
        foreach (var option in message.Options)
        {
            var repeated = option.Number == previous;
            previous = option.Number;
            if (option.IsCritical && !_knownToOwner.Contains(option.Number) && !Understands(option, repeated))
                return option.Number;
        }
        return null;
    }

    static bool Understands(CoapOption option, bool repeated)
    {
        var length = option.Value.Length;
        return option.Number switch
        {
            CoapOptionNumber.IfMatch => length <= 8,
            CoapOptionNumber.UriPath or CoapOptionNumber.UriQuery => length <= 255 && Utf8.IsValid(option.Value.Span),
            _ when repeated => false,
            CoapOptionNumber.UriHost or CoapOptionNumber.ProxyScheme => length is >= 1 and <= 255 && Utf8.IsValid(option.Value.Span),
            CoapOptionNumber.IfNoneMatch => length == 0,
            CoapOptionNumber.UriPort or CoapOptionNumber.Accept => length <= 2,
            CoapOptionNumber.Block1 or CoapOptionNumber.Block2 => length <= 3,
            CoapOptionNumber.ProxyUri => length is >= 1 and <= 1034 && Utf8.IsValid(option.Value.Span),
            _ => false,
        };
    }
}
