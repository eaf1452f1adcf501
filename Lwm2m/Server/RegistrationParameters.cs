using System.Globalization;
using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Server;

/// <summary>An object a client registered; no instances for an object listed alone, such as <c>&lt;/3336&gt;</c>.</summary>
public sealed record RegisteredObject(int Object, IReadOnlyList<int> Instances);

/// <summary>What a Register or Update says (LwM2M 1.0 §5.3.1, §5.3.2). Absent parameters are null.</summary>
public sealed record RegistrationParameters
{
    /// <summary>Lifetime in seconds when a Register names none.</summary>
    public const long DefaultLifetime = 86400;

    /// <summary>Longest lifetime taken, in seconds: what fits a 32-bit number.</summary>
    public const long MaxLifetime = uint.MaxValue;

    static readonly string[] Bindings = ["U", "UQ", "S", "SQ", "US", "UQS"];

    public string? Endpoint { get; init; }
    public long? Lifetime { get; init; }
    public string? Binding { get; init; }
    public string? Version { get; init; }
    public string? Sms { get; init; }

    /// <summary>Path before the objects, such as "lwm2m" of <c>&lt;/lwm2m&gt;;rt="oma.lwm2m"</c>; empty as a rule.</summary>
    public string Root { get; init; } = "";

    /// <summary>Objects in ascending order, or null when the message carries no list.</summary>
    public IReadOnlyList<RegisteredObject>? Objects { get; init; }

    /// <summary>Reads queries in any order and the link list. On failure <paramref name="fault"/> is the code to answer.</summary>
    public static bool TryParse(CoapMessage request, out RegistrationParameters parameters, out CoapCode fault)
    {
        fault = CoapCode.BadRequest;
        parameters = new RegistrationParameters();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var query in request.UriQuery)
        {
            var equals = query.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? query : query[..equals];
            var value = equals < 0 ? "" : query[(equals + 1)..];
            if (!seen.Add(name) || Apply(parameters, name, value) is not { } next)
                return false;
            parameters = next;
        }
        if (parameters.Version is { } version && !version.StartsWith("1.", StringComparison.Ordinal))
        {
            fault = CoapCode.PreconditionFailed;
            return false;
        }
        // The module's Update names no Content-Format for its list.
        if (request.ContentFormat is not (null or CoapContentFormat.Link or CoapContentFormat.Text))
            return false;
        if (request.Payload.IsEmpty)
            return true;
        if (!TryReadObjects(Encoding.UTF8.GetString(request.Payload.Span), out var root, out var objects))
            return false;
        parameters = parameters with { Root = root, Objects = objects };
        return true;
    }

    static RegistrationParameters? Apply(RegistrationParameters parameters, string name, string value) => name switch
    {
        "ep" => value.Length == 0 ? null : parameters with { Endpoint = value },
        "lt" => TryReadLifetime(value, out var lifetime) ? parameters with { Lifetime = lifetime } : null,
        "b" => Bindings.Contains(value, StringComparer.Ordinal) ? parameters with { Binding = value } : null,
        "lwm2m" => value.Length == 0 ? null : parameters with { Version = value },
        "sms" => parameters with { Sms = value },
        _ => parameters,
    };

    static bool TryReadLifetime(string text, out long lifetime) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out lifetime) && lifetime is >= 1 and <= MaxLifetime;

    static bool TryReadObjects(string text, out string root, out IReadOnlyList<RegisteredObject> objects)
    {
        root = "";
        objects = [];
        if (!LinkFormat.TryParse(text, out var links))
            return false;
        foreach (var link in links)
        {
            if (link.Attributes.Any(a => a.Key == "rt" && a.Value == "oma.lwm2m"))
                root = link.Target.Trim('/');
        }
        var found = new SortedDictionary<int, SortedSet<int>>();
        foreach (var link in links)
        {
            var target = link.Target.Trim('/');
            if (target == root)
                continue;
            if (root.Length > 0 && target.StartsWith(root + "/", StringComparison.Ordinal))
                target = target[(root.Length + 1)..];
            if (!ResourcePath.TryParse(target.Split('/'), out var path) || path.Resource is not null)
                return false;
            if (!found.TryGetValue(path.Object, out var instances))
                found[path.Object] = instances = [];
            if (path.Instance is { } instance)
                instances.Add(instance);
        }
        objects = [.. found.Select(pair => new RegisteredObject(pair.Key, [.. pair.Value]))];
        return true;
    }
}
