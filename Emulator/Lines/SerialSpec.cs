using System.Globalization;

namespace M531x.Emulator.Lines;

enum SerialParity
{
    None,
    Even,
    Odd,
}

/// <summary>
/// A serial device and its settings: <c>serial:PATH?baud=N&amp;parity=none|even|odd&amp;stop=1|2&amp;rtscts</c>, eight data bits always.
/// The syntax is the same on every system.
/// </summary>
sealed record SerialSpec
{
    public const int MaxBaud = 4_000_000;

    public required EndpointSpec Endpoint { get; init; }
    public required string Path { get; init; }

    /// <summary>In bit/s; null when the module decides.</summary>
    public int? Baud { get; private set; }
    public SerialParity Parity { get; private set; }
    public int StopBits { get; private set; } = 1;

    /// <summary>RTS/CTS flow control.</summary>
    public bool FlowControl { get; private set; }

    /// <summary>The usual notation: 8N1.</summary>
    public string Frame => $"8{Parity.ToString()[0]}{StopBits}{(FlowControl ? " rtscts" : "")}";

    /// <exception cref="EndpointException">An option is unknown, given twice, or has a value that it does not take.</exception>
    public static SerialSpec Parse(EndpointSpec endpoint)
    {
        var question = endpoint.Rest.IndexOf('?', StringComparison.Ordinal);
        var spec = new SerialSpec { Endpoint = endpoint, Path = question < 0 ? endpoint.Rest : endpoint.Rest[..question] };
        if (spec.Path.Length == 0)
            throw endpoint.Bad("needs a device: serial:/dev/ttyUSB0");
        if (question < 0)
            return spec;
        HashSet<string> seen = [];
        foreach (var option in endpoint.Rest[(question + 1)..].Split('&'))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? option : option[..equals];
            if (!seen.Add(name))
                throw endpoint.Bad($"{name} is given twice");
            spec.Apply(name, equals < 0 ? null : option[(equals + 1)..]);
        }
        return spec;
    }

    void Apply(string name, string? value)
    {
        switch (name)
        {
            case "baud":
                Baud = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var baud) && baud is > 0 and <= MaxBaud
                    ? baud
                    : throw Wrong(name, value, $"1 to {MaxBaud}");
                break;
            case "parity":
                Parity = value switch
                {
                    "none" => SerialParity.None,
                    "even" => SerialParity.Even,
                    "odd" => SerialParity.Odd,
                    _ => throw Wrong(name, value, "none, even or odd"),
                };
                break;
            case "stop":
                StopBits = value is "1" or "2" ? value[0] - '0' : throw Wrong(name, value, "1 or 2");
                break;
            case "rtscts":
                FlowControl = value is null ? true : throw Wrong(name, value, "no value");
                break;
            default:
                throw Endpoint.Bad($"unknown option {name} (known: baud parity stop rtscts)");
        }
    }

    EndpointException Wrong(string name, string? value, string expected) => Endpoint.Bad($"{name} {value}: expected {expected}");
}
