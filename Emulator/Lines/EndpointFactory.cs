namespace M531x.Emulator.Lines;

/// <summary>Opens an endpoint from its spec. Each scheme is one row here and one class.</summary>
static class EndpointFactory
{
    const string Schemes = "pty: serial: tcp-listen: tcp: stdio: mem:";

    /// <summary>
    /// Opens <c>pty:[PATH]</c>, <c>serial:PATH[?OPTIONS]</c>, <c>tcp-listen:HOST:PORT</c>, <c>tcp:HOST:PORT</c>, <c>stdio:</c>
    /// or <c>mem:</c>.
    /// </summary>
    /// <param name="text">The spec.</param>
    /// <param name="speed">First speed of the module's UART, in bit/s; 0 for no particular one.</param>
    /// <param name="option">The option that the spec was given with, for errors.</param>
    /// <exception cref="EndpointException">The spec is wrong or the endpoint cannot be opened.</exception>
    public static ISerialEndpoint Open(string text, int speed = 0, string option = EndpointSpec.DefaultOption)
    {
        var spec = EndpointSpec.Parse(text, option);
        return spec.Scheme switch
        {
            "pty" => PtyEndpoint.Open(spec, speed),
            "serial" => DeviceEndpoint.Open(SerialSpec.Parse(spec), speed),
            "tcp-listen" => TcpListenEndpoint.Open(spec),
            "tcp" => TcpEndpoint.Open(spec),
            "stdio" => StdioEndpoint.Open(spec),
            "mem" => MemoryEndpoint.Open(spec),
            "rfc2217-listen" => throw spec.Error(EndpointProblem.Unsupported, $"{spec.Scheme}: is not in this version"),
            "" => throw spec.Bad($"needs a scheme: one of {Schemes}"),
            _ => throw spec.Bad($"unknown scheme {spec.Scheme}: (known: {Schemes})"),
        };
    }

    /// <summary>Whether the client of such an endpoint runs in real time. False for mem:, whose caller owns the clock, and for bad specs.</summary>
    public static bool HasOwnClock(string text) => EndpointSpec.Parse(text).Scheme is "pty" or "serial" or "tcp-listen" or "tcp" or "stdio";

    /// <summary>The speed in the spec; null when the module decides.</summary>
    /// <exception cref="EndpointException">The spec is wrong.</exception>
    public static int? SpeedOf(string text, string option = EndpointSpec.DefaultOption)
    {
        var spec = EndpointSpec.Parse(text, option);
        return spec.Scheme == "serial" ? SerialSpec.Parse(spec).Baud : null;
    }
}
