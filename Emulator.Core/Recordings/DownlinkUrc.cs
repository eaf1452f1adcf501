using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Recordings;

/// <summary>
/// A line by which the module shows a request of the platform (manual §1.10 to §1.20): what has to be asked of a platform so that it is
/// printed, and the message id that the MCU answers with.
/// </summary>
/// <param name="Kind">Such as +MIPLREAD.</param>
/// <param name="MessageId">As printed.</param>
/// <param name="Rest">What follows the message id, without its comma.</param>
sealed record DownlinkUrc(string Kind, string MessageId, string Rest)
{
    static readonly FrozenSet<string> Kinds = new[]
    {
        "+MIPLREAD", "+MIPLWRITE", "+MIPLEXECUTE", "+MIPLPARAMETER", "+MIPLOBSERVE", "+MIPLDISCOVER",
    }.ToFrozenSet(StringComparer.Ordinal);

    const int OpaqueType = 2;
    const int IntegerType = 3;
    const int FloatType = 4;
    const int BooleanType = 5;

    public static DownlinkUrc? Find(ModuleLine line)
    {
        if (!Kinds.Contains(line.Kind))
            return null;
        var fields = line.Text[(line.Kind.Length + 1)..].Split(',', 3);
        return fields.Length == 3 ? new DownlinkUrc(line.Kind, fields[1].Trim(' '), fields[2]) : null;
    }

    /// <summary>The call of OneNET's API that leads to these lines of one message id; null when they do not say enough.</summary>
    /// <param name="lines">One, or the lines of a write in their order.</param>
    /// <param name="imei">Of the module that is asked.</param>
    public static DownlinkCall? CallOf(IReadOnlyList<DownlinkUrc> lines, string imei)
    {
        var first = lines[0];
        var fields = first.Rest.Split(',');
        return first.Kind switch
        {
            "+MIPLREAD" when fields.Length >= 3 => new DownlinkCall("GET", "/nbiot", Query(imei, fields[0], fields[1], fields[2])),
            "+MIPLDISCOVER" => new DownlinkCall("GET", "/nbiot/discover", Query(imei, fields[0])),
            "+MIPLOBSERVE" when fields.Length >= 4 => new DownlinkCall("POST", "/nbiot/observe",
                Query(imei, fields[1], fields[2], fields[3]) + $"&cancel={(fields[0] == "0" ? "true" : "false")}"),
            "+MIPLPARAMETER" when fields.Length >= 5 => new DownlinkCall("POST", "/nbiot/observe",
                Query(imei, fields[0], fields[1], fields[2]) + "&cancel=false" + Attributes(first.Rest)),
            "+MIPLEXECUTE" when fields.Length >= 4 => new DownlinkCall("POST", "/nbiot/execute", Query(imei, fields[0], fields[1], fields[2]))
            {
                Body = new JsonObject { ["args"] = Text(Skip(first.Rest, 4), fields[3]) }.ToJsonString(),
            },
            "+MIPLWRITE" => WriteCall(lines, imei),
            _ => null,
        };
    }

    /// <summary>Pieces of a long value carry the same resource one after another.</summary>
    static DownlinkCall? WriteCall(IReadOnlyList<DownlinkUrc> lines, string imei)
    {
        var values = new List<(string Resource, int Type, StringBuilder Text)>();
        var path = ("", "");
        foreach (var line in lines)
        {
            var fields = line.Rest.Split(',');
            if (fields.Length < 7 || !int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var type))
                return null;
            path = (fields[0], fields[1]);
            var text = Text(Skip(line.Rest, 5), fields[4]);
            if (values.Count > 0 && values[^1].Resource == fields[2] && values[^1].Type == type)
                values[^1].Text.Append(text);
            else
                values.Add((fields[2], type, new StringBuilder(text)));
        }
        var data = new JsonArray();
        foreach (var (resource, type, text) in values)
        {
            if (!ushort.TryParse(resource, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || ValueOf(type, text.ToString()) is not { } value)
                return null;
            var element = new JsonObject { ["res_id"] = id, ["val"] = value };
            if (type == OpaqueType)
                element["type"] = 1;
            data.Add(element);
        }
        return new DownlinkCall("POST", "/nbiot", Query(imei, path.Item1, path.Item2) + "&mode=2") { Body = new JsonObject { ["data"] = data }.ToJsonString() };
    }

    static JsonNode? ValueOf(int type, string text) => type switch
    {
        IntegerType => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null,
        FloatType => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            // Without a fraction it would be taken for an integer.
            ? JsonNode.Parse(real.ToString("0.0################", CultureInfo.InvariantCulture))
            : null,
        BooleanType => JsonValue.Create(text is "1" or "true"),
        _ => JsonValue.Create(text),
    };

    static string Query(string imei, string objectId, string instance = "-1", string resource = "-1")
    {
        var query = new StringBuilder($"imei={imei}&obj_id={objectId}");
        if (instance is not ("-1" or ""))
            query.Append(CultureInfo.InvariantCulture, $"&obj_inst_id={instance}");
        if (resource is not ("-1" or ""))
            query.Append(CultureInfo.InvariantCulture, $"&res_id={resource}");
        return query.ToString();
    }

    /// <summary>"pmin=10;pmax=60;stp=1" as parameters of the API.</summary>
    static string Attributes(string rest) => string.Concat(Skip(rest, 4).Trim('"').Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(a => a.Split('=', 2)).Where(a => a.Length == 2).Select(a => $"&{(a[0] == "stp" ? "st" : a[0])}={a[1]}"));

    /// <summary>The value of that length at the front; quotes around it do not count. A value may hold commas.</summary>
    static string Text(string text, string length)
    {
        var quoted = text is ['"', ..];
        text = quoted ? text[1..] : text;
        if (int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < text.Length && text[count] is ',' or '"')
            return text[..count];
        // Some firmware counts bytes of hexadecimal digits: then the next comma or quote ends the value.
        var end = text.IndexOf(quoted ? '"' : ',', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    static string Skip(string text, int commas)
    {
        for (; commas > 0; commas--)
            text = text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..];
        return text;
    }
}

/// <summary>A call of the platform's HTTP API.</summary>
sealed record DownlinkCall(string Method, string Path, string Query)
{
    public string Body { get; init; } = "";
}
