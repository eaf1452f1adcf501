namespace M531x.Emulator.Lines;

/// <summary>Opens a line from its spec. Each scheme is one row here and one class.</summary>
static class LineFactory
{
    const string Schemes = "pty: tcp-listen: stdio: mem:";

    /// <summary>Opens <c>pty:[PATH]</c>, <c>tcp-listen:HOST:PORT</c>, <c>stdio:</c> or <c>mem:</c>.</summary>
    /// <exception cref="LineException">The spec is wrong or the line cannot be had.</exception>
    public static ILine Open(string text)
    {
        var spec = LineSpec.Parse(text);
        return spec.Scheme switch
        {
            "pty" => PtyLine.Open(spec),
            "tcp-listen" => TcpListenLine.Open(spec),
            "stdio" => StdioLine.Open(spec),
            "mem" => MemoryLine.Open(spec),
            "serial" or "rfc2217-listen" => throw spec.Error(LineProblem.Unsupported, $"{spec.Scheme}: is not in this version"),
            "" => throw spec.Bad($"needs a scheme: one of {Schemes}"),
            _ => throw spec.Bad($"unknown scheme {spec.Scheme}: (known: {Schemes})"),
        };
    }
}
