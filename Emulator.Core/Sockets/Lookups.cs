using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>AT+CMDNS and AT+CMDNSGIP: OK, then the address. An argument that is an address already is shown before the OK.</summary>
sealed class Lookups(ModuleContext context, NameQueries names)
{
    /// <summary>Names that are asked for at a time.</summary>
    const int MaxLookups = 8;

    readonly List<NameLookup> _lookups = [];

    public TimeSpan NextDeadline => _lookups.Count == 0 ? TimeSpan.MaxValue : _lookups.Min(l => l.Deadline);

    public AtResult LookUp(string command, AtArguments arguments)
    {
        var host = arguments.Text(0);
        if (!HostAddress.IsName(host))
            return AtResult.Error;
        if (!context.Air.HasNetwork)
            return CmeError.NoNetworkService;
        if (HostAddress.TryParse(host, out var address))
        {
            context.Output.Info(LineOf(command, host, address));
            return AtResult.Ok;
        }
        if (_lookups.Count == MaxLookups)
            return CmeError.OperationNotAllowed;
        _lookups.Add(new NameLookup(command, host, context.Now + NameQueries.Timeout));
        names.Ask(host);
        return AtResult.Ok;
    }

    public void HandleName(string host, IPAddress? address) => End(l => NameQueries.IsSame(l.Host, host), address);

    public void HandleTimeout() => End(l => l.Deadline <= context.Now, address: null);

    /// <summary>The module restarts.</summary>
    public void Reset() => _lookups.Clear();

    void End(Predicate<NameLookup> condition, IPAddress? address)
    {
        foreach (var lookup in _lookups.FindAll(condition))
        {
            _lookups.Remove(lookup);
            context.Output.Urc(LineOf(lookup.Command, lookup.Host, address));
        }
    }

    /// <summary>A name that is not found leaves the address out.</summary>
    string LineOf(string command, string host, IPAddress? address) =>
        $"{command}:{context.Profile.ColonSpaceOf(command)}{(command == "+CMDNS" ? $"{address}" : $"\"{host}\",\"{address}\"")}";
}
