using M531x.Emulator.Control;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Cli;

/// <summary>The few lines at start that say what runs where and what to type next.</summary>
static class Banner
{
    public static void Write(TextWriter output, RunSettings settings, ISerialEndpoint line, IModuleHost host, HttpApi? api)
    {
        output.WriteLine($"m531x {Version}: {settings.Profile.Model}, IMEI {settings.Imei}, IMSI {settings.Imsi}");
        output.WriteLine($"  serial    {line.Description}");
        output.WriteLine(host.IsVirtual ? "  platform  local OneNET, without ports"
            : host.AddressOf(OneNetPort.Bootstrap) is not { } bootstrap ? "  platform  real: server names resolve by DNS"
            : $"  platform  local OneNET: bootstrap {bootstrap}, LwM2M {host.AddressOf(OneNetPort.Lwm2m)}; "
                + $"DTLS {host.AddressOf(OneNetPort.BootstrapDtls)}, {host.AddressOf(OneNetPort.Lwm2mDtls)}");
        output.WriteLine($"  API       {(api is null ? "off" : $"http://{api.Address}")}");
        if (!settings.Time.IsRealTime)
            output.WriteLine($"  time      {settings.Time}: {TimeInWords(settings.Time)}");
        if (!settings.Time.IsRealTime && host.MeetsOutsiders)
            output.WriteLine($"  warning   --time {settings.Time}: {ControlApi.OutsidersWarning}");
        output.WriteLine($"  next      {NextStep(settings.Line, line.Address, api)}");
    }

    public static string Version => typeof(Banner).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    static string TimeInWords(TimeMode time) => time.IsVirtual ? "stands still until POST /v1/modules/0/at or POST /v1/time lets it pass"
        : FormattableString.Invariant($"a minute of core time takes {60 / time.Rate:0.###} s");

    static string NextStep(string spec, string address, HttpApi? api) => spec.Split(':')[0] switch
    {
        "mem" => $"POST {{\"line\":\"AT\"}} to http://{api?.Address}/v1/modules/0/at with the header api-key",
        "tcp-listen" => $"connect with: nc {address.Replace(':', ' ')}, and type AT (a line must end with CR)",
        "stdio" => "type AT and Enter in raw mode; lines end with CR",
        "serial" => "let the board at the other end talk; Ctrl-C here stops",
        _ => $"picocom --echo {address}, then type AT and Enter; Ctrl-C here stops",
    };
}
