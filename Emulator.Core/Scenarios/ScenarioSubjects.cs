using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>What a scenario can assert of: counters by name, and what the platform received of the module.</summary>
static partial class ScenarioSubjects
{
    static readonly SortedDictionary<string, (string Summary, Func<Seen, long> Count)> Counters = new(StringComparer.Ordinal)
    {
        ["coap.sent"] = ("CoAP messages of the module, inside DTLS or not", s => s.Of("coap.sent")),
        ["datagrams.down"] = ("datagrams that the module received", s => s.Of("path.datagram.down")),
        ["datagrams.up"] = ("datagrams that left the module", s => s.Of("path.datagram.up")),
        ["downlink.lost"] = ("datagrams that did not reach the module", s => s.Events.Count(e => e.Name == "downlink.lost")),
        ["dtls.handshakes"] = ("handshakes done, seen by the platform", s => s.Platform<SecureSessionUp>()),
        ["dtls.refused"] = ("handshakes that the platform refused", s => s.Platform<SecureSessionRefused>()),
        ["faults.fired"] = ("times that faults acted", s => s.Faults.Count()),
        ["server.bootstraps"] = ("bootstraps done", s => s.Platform<BootstrapCompleted>()),
        ["server.dropped"] = ("notified values of resources that were never listed", s => s.Platform<ValueDropped>()),
        ["server.offline"] = ("times that the device went offline", s => s.Platform<DeviceOffline>()),
        ["server.refused"] = ("bootstraps and registrations that were refused", s => s.Platform<AccessRefused>()),
        ["server.registrations"] = ("registrations", s => s.Platform<DeviceRegistered>()),
        ["server.updates"] = ("updates of the registration", s => s.Platform<DeviceUpdated>()),
        ["server.values"] = ("values stored", s => s.Platform<DatapointStored>()),
        ["uplink.lost"] = ("messages that could not leave", s => s.Events.Count(e => e.Name == "uplink.lost")),
    };

    public static IReadOnlyList<string> Comparisons { get; } = [">=", "<=", ">", "<"];

    /// <summary>Names that stand for themselves.</summary>
    public static IEnumerable<string> Names => Counters.Keys;

    /// <summary>All forms, as the documentation shows them.</summary>
    public static IEnumerable<string> Forms => [.. Counters.Keys, "faults.fired.NAME", "events.LAYER.NAME", "server.last('/o/i/r')", "server.count('/o/i/r')"];

    /// <summary>The forms with something to fill in, as regular expressions of ECMA 262.</summary>
    public static IEnumerable<string> Patterns => ["^faults\\.fired\\..+$", $"^events\\.({string.Join('|', TraceCatalog.All.Select(e => Regex.Escape(e.Key)))})$", "^server\\.(last|count)\\('/[0-9]+/[0-9]+/[0-9]+'\\)$"];

    public static string Summary(string counter) => Counters[counter].Summary;

    public static bool Has(string subject) =>
        Counters.ContainsKey(subject) || Received().IsMatch(subject) || FaultName(subject) is not null || EventKey(subject) is { } key && TraceCatalog.All.Any(e => e.Key == key);

    /// <summary>What it is now, as text.</summary>
    /// <param name="subject">One that <see cref="Has"/> knows.</param>
    /// <param name="world">All that happened.</param>
    /// <param name="module">Whose it is.</param>
    public static string ValueOf(string subject, VirtualWorld world, VirtualModule module)
    {
        var seen = new Seen(world, module);
        if (Received().Match(subject) is { Success: true } received)
        {
            var stream = received.Groups["path"].Value.Trim('/').Replace('/', '_');
            var values = seen.PlatformEvents.OfType<DatapointStored>().Where(e => e.Stream == stream).ToList();
            return received.Groups["what"].Value == "count" ? Number(values.Count) : values.LastOrDefault()?.Value.Trim('"') ?? "nothing";
        }
        if (FaultName(subject) is { } name)
            return Number(seen.Faults.Count(f => f.Name == name));
        return Number(EventKey(subject) is { } key ? seen.Of(key) : Counters[subject].Count(seen));
    }

    public static bool Holds(string actual, string comparison, string expected)
    {
        if (comparison == "=")
            return actual == expected;
        if (!double.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var left) || !double.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var right))
            return false;
        return comparison switch
        {
            ">=" => left >= right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left < right,
        };
    }

    static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    static string? FaultName(string subject) => After(subject, "faults.fired.");

    static string? EventKey(string subject) => After(subject, "events.");

    static string? After(string subject, string prefix) => subject.StartsWith(prefix, StringComparison.Ordinal) && subject.Length > prefix.Length ? subject[prefix.Length..] : null;

    /// <summary>What happened to one module, and on the platform to its device.</summary>
    sealed class Seen(VirtualWorld world, VirtualModule module)
    {
        public IEnumerable<TraceEvent> Events { get; } = world.Events.Where(e => e.Module == module.Index);

        public IEnumerable<FaultFired> Faults => world.Modules.Count == 1 ? world.FaultsFired : module.FaultsFired.Concat(world.PlatformFaultsFired);

        public IEnumerable<OneNetEvent> PlatformEvents => world.PlatformEvents.Where(IsOwn);

        public long Of(string key) => world.Events.Count(e => e.Key == key && (e.Module ?? module.Index) == module.Index);

        public long Platform<T>() where T : OneNetEvent => PlatformEvents.OfType<T>().Count();

        bool IsOwn(OneNetEvent happened) => world.Modules.Count == 1 || happened switch
        {
            BootstrapStarted e => IsEndpoint(e.Endpoint),
            BootstrapCompleted e => IsEndpoint(e.Endpoint),
            BootstrapAborted e => IsEndpoint(e.Endpoint),
            AccessRefused e => IsFrom(e.From),
            SecureSessionUp e => IsFrom(e.From),
            SecureSessionRefused e => IsFrom(e.From),
            SecureSessionClosed e => IsFrom(e.From),
            DeviceRegistered e => e.Imei == module.Imei,
            DeviceReturned e => e.Imei == module.Imei,
            DeviceUpdated e => e.Imei == module.Imei,
            DeviceOffline e => e.Imei == module.Imei,
            DownlinkAnswered e => e.Imei == module.Imei,
            DownlinkFailed e => e.Imei == module.Imei,
            DatapointStored e => e.Imei == module.Imei,
            ValueDropped e => e.Imei == module.Imei,
            DeviceCreated e => e.Imei == module.Imei,
            DeviceDeleted e => e.Imei == module.Imei,
            _ => false,
        };

        bool IsEndpoint(string endpoint) => endpoint == module.Module.Options.EndpointName;

        bool IsFrom(IPEndPoint from) => module.Owns(from);
    }

    [GeneratedRegex(@"^server\.(?<what>last|count)\('(?<path>/\d+/\d+/\d+)'\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Received();
}
