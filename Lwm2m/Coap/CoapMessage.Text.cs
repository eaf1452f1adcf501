using System.Globalization;
using System.Text;

namespace M531x.Lwm2m.Coap;

public sealed partial class CoapMessage
{
    /// <summary>CON, NON, ACK or RST.</summary>
    public string TypeName => NameOf(Type);

    /// <summary>Path and query, such as /rd?ep=a&amp;lt=300, without control characters.</summary>
    public string PathText
    {
        get
        {
            var text = new StringBuilder();
            AppendPathAndQuery(text);
            return text.ToString();
        }
    }

    /// <summary>One line for a trace, such as <c>CON GET mid=1234 tok=a1b2 /3200/0 observe=0 12B</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(TypeName).Append(' ').Append(CodeName(Code));
        text.Append(CultureInfo.InvariantCulture, $" mid={MessageId}");
        if (!Token.IsEmpty)
            text.Append(" tok=").Append(Convert.ToHexStringLower(Token.Span));
        AppendPath(text);
        foreach (var option in Options)
            AppendOption(text, option);
        if (!Payload.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $" {Payload.Length}B");
        return text.ToString();
    }

    void AppendPath(StringBuilder text)
    {
        if (UriPath.Count + UriQuery.Count > 0 || Code.IsRequest)
        {
            AppendPathAndQuery(text.Append(' '));
        }
        if (LocationPath.Count > 0)
            AppendSegments(text.Append(" location="), LocationPath);
    }

    void AppendPathAndQuery(StringBuilder text)
    {
        AppendSegments(text, UriPath);
        for (var i = 0; i < UriQuery.Count; i++)
            AppendPrintable(text.Append(i == 0 ? '?' : '&'), UriQuery[i]);
    }

    void AppendOption(StringBuilder text, CoapOption option)
    {
        switch (option.Number)
        {
            case CoapOptionNumber.UriPath or CoapOptionNumber.UriQuery or CoapOptionNumber.LocationPath:
                return;
            case CoapOptionNumber.AuthCode:
                text.Append(" authcode=…"); // a secret: the trace and the log show that it is there, no more
                break;
            case CoapOptionNumber.Observe when Observe is { } observe:
                text.Append(CultureInfo.InvariantCulture, $" observe={observe}");
                return;
            case CoapOptionNumber.ContentFormat when ContentFormat is { } format:
                text.Append(CultureInfo.InvariantCulture, $" format={format}");
                return;
            case CoapOptionNumber.Accept when Accept is { } accept:
                text.Append(CultureInfo.InvariantCulture, $" accept={accept}");
                return;
            case CoapOptionNumber.Block1 when Block1 is { } block:
                text.Append(CultureInfo.InvariantCulture, $" block1={block}");
                return;
            case CoapOptionNumber.Block2 when Block2 is { } block:
                text.Append(CultureInfo.InvariantCulture, $" block2={block}");
                return;
            default:
                text.Append(CultureInfo.InvariantCulture, $" option{option.Number}={Convert.ToHexStringLower(option.Value.Span)}");
                return;
        }
    }

    static void AppendSegments(StringBuilder text, IReadOnlyList<string> segments)
    {
        if (segments.Count == 0)
            text.Append('/');
        foreach (var segment in segments)
            AppendPrintable(text.Append('/'), segment);
    }

    // A peer chooses these characters; a trace line must stay one line.
    static void AppendPrintable(StringBuilder text, string value)
    {
        foreach (var c in value)
            text.Append(char.IsControl(c) || char.IsWhiteSpace(c) ? '.' : c);
    }

    static string NameOf(CoapType type) => type switch
    {
        CoapType.Confirmable => "CON",
        CoapType.NonConfirmable => "NON",
        CoapType.Acknowledgement => "ACK",
        _ => "RST",
    };

    static string CodeName(CoapCode code) => code.Value switch
    {
        0 => "empty",
        1 => "GET",
        2 => "POST",
        3 => "PUT",
        4 => "DELETE",
        _ => code.ToString(),
    };
}
