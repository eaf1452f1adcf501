using System.CommandLine;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Cli;

/// <content>--time, and what does not go with virtual time.</content>
sealed partial class RunOptions
{
    const string Instead = "use --line mem: with POST /v1/modules/0/at, a scenario (m531x test), --time x60, or POST /v1/time {\"advance\":\"2m\"}";

    bool TryReadTime(GivenSettings given, out TimeMode time, out string error)
    {
        error = "";
        if (!TimeMode.TryParse(given.Text(_time), out time))
            error = given.Complain(_time, FormattableString.Invariant($"expected real, virtual, or x and a number from {TimeMode.MinRate} to {TimeMode.MaxRate}, such as x60"));
        else if (time.IsVirtual && WhyNotVirtual(given) is { } why)
            error = given.Complain(_time, why);
        return error.Length == 0;
    }

    /// <summary>Null when nothing outside has a clock of its own, and something inside can let time pass.</summary>
    string? WhyNotVirtual(GivenSettings given)
    {
        var line = given.Text(_line);
        if (EndpointFactory.HasOwnClock(line))
            return $"refused with --line {line}, whose other end lives in real time: virtual time would jump over its answers; {Instead}";
        if (given.Text(_api) == "off")
            return "refused with --api off: time passes only when the HTTP API has it pass";
        if (given.Text(_platform) == "real")
            return "refused with --platform real: servers outside live in real time; use --time x60, or POST /v1/time {\"advance\":\"2m\"}";
        if (FirstNetwork(given) is { } network)
            return $"refused with {network.Name}: in virtual time no datagram leaves the process; use --time x60, or POST /v1/time {{\"advance\":\"2m\"}}";
        return null;
    }

    Option? FirstNetwork(GivenSettings given) => ((Option[])[_routes, _bootstrap, _lwm2m, _bootstrapDtls, _lwm2mDtls])
        .FirstOrDefault(o => given.Of(o) is { Origin.Layer: not SettingLayer.Default, Texts.Count: > 0 });
}
