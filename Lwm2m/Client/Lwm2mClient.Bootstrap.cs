using System.Globalization;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <content>Client-initiated bootstrap (LwM2M 1.0 §5.2.7.3), with the limits of China Mobile's client in the onenet dialect.</content>
public sealed partial class Lwm2mClient
{
    const int SecurityObject = 0;
    const int ServerObject = 1;
    const int SecurityModePsk = 0;

    ServerAccount? _written;
    int _writtenInstance;

    void SendBootstrapRequest(TimeSpan now)
    {
        _written = null;
        ResetBootstrapInformation();
        List<CoapOption> options = [CoapOptions.Text(CoapOptionNumber.UriPath, "bs"), Query($"ep={_options.EndpointName}")];
        AddAuthCode(options);
        SendOwn(now, _bootstrapPeer!, new CoapRequest(CoapCode.Post, options, default));
        MoveTo(ClientState.AwaitBootstrapResponse, "bootstrap requested");
    }

    /// <summary>A command of the bootstrap server; one that overtakes the 2.04 to our request counts as that answer too.</summary>
    void HandleBootstrapRequest(TimeSpan now, long exchange, CoapMessage request)
    {
        if (State is not (ClientState.AwaitBootstrapResponse or ClientState.AwaitBootstrapFinish))
        {
            _coap.Abandon(exchange);
            return;
        }
        if (State == ClientState.AwaitBootstrapResponse)
        {
            _coap.Cancel(_exchange);
            _exchange = 0;
            _timers.Stop(Timer.Retry);
            MoveTo(ClientState.AwaitBootstrapFinish, "bootstrap command received");
        }
        if (request.Code == CoapCode.Post && request.UriPath is ["bs"])
            FinishBootstrap(now, exchange);
        else if (IsBootstrapDiscover(request))
            _coap.Respond(now, exchange, BootstrapInformation());
        else
        {
            var fed = _blocks.Feed(_bootstrapPeer!, request, now);
            _coap.Respond(now, exchange, fed.Status == Block1Status.Complete
                ? new CoapResponse(HandleBootstrapCommand(request.WithPayload(fed.Payload)), fed.Options, default)
                : fed.ToResponse());
        }
    }

    CoapCode HandleBootstrapCommand(CoapMessage request)
    {
        var clean = _options.Dialect == Lwm2mDialect.Lwm2m;
        var isDelete = request.Code == CoapCode.Delete;
        if (!isDelete && request.Code != CoapCode.Put)
            return CoapCode.BadRequest;
        if (request.UriPath.Count == 0)
            return isDelete && clean ? DeleteAccounts(null) : CoapCode.BadRequest;
        if (!ResourcePath.TryParse(request.UriPath, out var path))
            return CoapCode.NotFound;
        if (isDelete && clean)
            return DeleteAccounts(path);
        if (isDelete)
            return path.Resource is not null ? CoapCode.BadRequest : CoapCode.NotImplemented;
        if (path.Instance is null && !clean)
            return CoapCode.NotImplemented;
        if (path.Object != SecurityObject && !(clean && path.Object == ServerObject))
            return CoapCode.NotFound;
        if (request.Payload.IsEmpty)
            return CoapCode.BadRequest;
        if (request.ContentFormat is not (CoapContentFormat.Tlv or CoapContentFormat.LegacyTlv) || !Tlv.TryDecode(request.Payload, out var entries))
            return clean ? CoapCode.BadRequest : CoapCode.InternalServerError;
        return clean ? WriteInstances(path, entries) : WriteBare(path, entries);
    }

    /// <summary>China Mobile's client hands bare Resource entries to the security object one by one and passes over anything else.</summary>
    CoapCode WriteBare(ResourcePath path, IReadOnlyList<TlvEntry> entries)
    {
        TakeSecurityInstance(path.Instance!.Value, entries);
        return CoapCode.Changed;
    }

    /// <summary>Resources of the instance in the path, or whole instances (LwM2M 1.0 §5.2.7.2).</summary>
    CoapCode WriteInstances(ResourcePath path, IReadOnlyList<TlvEntry> entries)
    {
        List<(int Id, IReadOnlyList<TlvEntry> Resources)> instances = [];
        foreach (var wrapper in entries.Where(e => e.Kind == TlvKind.ObjectInstance))
        {
            if (!Tlv.TryDecode(wrapper.Value, out var inner))
                return CoapCode.BadRequest;
            instances.Add((wrapper.Id, inner));
        }
        if (instances.Count == 0 && path.Instance is { } only)
            instances.Add((only, entries));
        if (instances.Count == 0 || path.Instance is { } wanted && instances.Exists(i => i.Id != wanted))
            return CoapCode.BadRequest;
        foreach (var (id, resources) in instances)
        {
            if (path.Object == SecurityObject)
                TakeSecurityInstance(id, resources);
            else
                TakeServerInstance(id, resources);
        }
        return CoapCode.Changed;
    }

    /// <summary>Errors of single resources are swallowed, as the module does.</summary>
    void TakeSecurityInstance(int instance, IReadOnlyList<TlvEntry> entries)
    {
        string uri = "", identity = "", key = "";
        var isBootstrap = false;
        var isPsk = false;
        int? shortId = null;
        foreach (var entry in entries.Where(e => e.Kind == TlvKind.Resource))
        {
            var text = Encoding.Latin1.GetString(entry.Value.Span);
            switch (entry.Id)
            {
                case 0: uri = text; break;
                case 1: isBootstrap = !entry.Value.IsEmpty && entry.Value.Span[^1] != 0; break;
                case 2: isPsk = !entry.Value.IsEmpty && entry.Value.Span[^1] == SecurityModePsk; break;
                case 3: identity = text; break;
                case 5: key = text; break;
                case 10: shortId = IntegerOf(entry); break;
            }
        }
        _securityInstances[instance] = isBootstrap ? null : shortId;
        if (isBootstrap || !TryParseUri(uri, out var address))
            return;
        _written = new ServerAccount(address, IsBootstrap: false, _account?.AuthCode, isPsk && key.Length > 0 ? new PskCredential(identity, key) : null);
        _writtenInstance = instance;
    }

    void FinishBootstrap(TimeSpan now, long exchange)
    {
        if (_written is null)
        {
            _coap.Respond(now, exchange, new CoapResponse(CoapCode.NotAcceptable));
            FailOpen(now, ClientFailure.NoAccount, null);
            return;
        }
        _coap.Respond(now, exchange, new CoapResponse(CoapCode.Changed));
        _bootstrapped = _written;
        Tell(new BootstrapSucceeded(_bootstrapped));
        Resolve(now, _bootstrapped);
    }

    /// <summary>coap://host:port or coaps://host:port; without a port the bootstrap server's is kept.</summary>
    bool TryParseUri(string uri, out ServerAddress address)
    {
        var rest = uri.StartsWith("coaps://", StringComparison.OrdinalIgnoreCase) ? uri[8..]
            : uri.StartsWith("coap://", StringComparison.OrdinalIgnoreCase) ? uri[7..] : "";
        rest = rest.TrimEnd('/', '\0');
        var colon = rest.LastIndexOf(':');
        var host = colon < 0 ? rest : rest[..colon];
        var port = _account!.Address.Port;
        var valid = host.Length > 0 && (colon < 0 || int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port));
        address = new ServerAddress(host, _options.KeepsConfiguredPort ? _account.Address.Port : port);
        return valid && port is > 0 and <= 65535;
    }
}
