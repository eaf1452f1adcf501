using M531x.Emulator.Control;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;
using M531x.Emulator.Platform;

namespace M531x.Emulator.Cli;

/// <summary>The few lines at start that say what runs where and what to type next.</summary>
static class Banner
{
    public static void Write(TextWriter output, RunSettings settings, ILine line, RealTimeHost host, HttpApi? api)
    {
        output.WriteLine($"m531x {Version}: {settings.Profile.Model}, IMEI {settings.Imei}, IMSI {settings.Imsi}");
        output.WriteLine($"  serial    {line.Description}");
        output.WriteLine(host.AddressOf(OneNetPort.Bootstrap) is not { } bootstrap
            ? "  platform  real: server names resolve by DNS"
            : $"  platform  local OneNET: bootstrap {bootstrap}, LwM2M {host.AddressOf(OneNetPort.Lwm2m)}; "
                + $"DTLS {host.AddressOf(OneNetPort.BootstrapDtls)}, {host.AddressOf(OneNetPort.Lwm2mDtls)}");
        output.WriteLine($"  API       {(api is null ? "off" : $"http://{api.Address}")}");
        output.WriteLine($"  next      {NextStep(settings.Line, line.Address)}");
    }

    public static string Version => typeof(Banner).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    static string NextStep(string spec, string address) => spec.Split(':')[0] switch
    {
        "tcp-listen" => $"connect with: nc {address.Replace(':', ' ')}, and type AT (a line must end with CR)",
        "stdio" => "type AT and Enter in raw mode; lines end with CR",
        "serial" => "let the board at the other end talk; Ctrl-C here stops",
        _ => $"picocom --echo {address}, then type AT and Enter; Ctrl-C here stops",
    };
}
