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

    void SendBootstrapRequest(TimeSpan now)
    {
        _written = null;
        List<CoapOption> options = [CoapOptions.Text(CoapOptionNumber.UriPath, "bs"), Query($"ep={_options.EndpointName}")];
        AddAuthCode(options);
        _exchange = _coap.SendRequest(now, _bootstrapPeer!, new CoapRequest(CoapCode.Post, options, default));
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
            MoveTo(ClientState.AwaitBootstrapFinish, "bootstrap command received");
        }
        if (request.Code == CoapCode.Post && request.UriPath is ["bs"])
            FinishBootstrap(now, exchange);
        else
            _coap.Respond(now, exchange, new CoapResponse(HandleBootstrapCommand(request)));
    }

    CoapCode HandleBootstrapCommand(CoapMessage request)
    {
        var clean = _options.Dialect == Lwm2mDialect.Lwm2m;
        if (request.UriPath.Count == 0)
            return request.Code == CoapCode.Delete && clean ? CoapCode.Deleted : request.Code == CoapCode.Delete ? CoapCode.NotFound : CoapCode.BadRequest;
        if (!ResourcePath.TryParse(request.UriPath, out var path))
            return CoapCode.NotFound;
        if (request.Code == CoapCode.Delete)
            return clean ? CoapCode.Deleted : path.Resource is not null ? CoapCode.BadRequest : CoapCode.NotImplemented;
        if (request.Code != CoapCode.Put)
            return CoapCode.BadRequest;
        if (path.Object != SecurityObject)
            return clean && path.Object == ServerObject ? WriteServer(request) : CoapCode.NotFound;
        if (request.Payload.IsEmpty)
            return CoapCode.BadRequest;
        if (path.Instance is null && !clean)
            return CoapCode.NotImplemented;
        return WriteSecurity(request.Payload);
    }

    /// <summary>Takes bare Resource TLVs, or (as some servers send) the same inside object-instance entries.</summary>
    CoapCode WriteSecurity(ReadOnlyMemory<byte> payload)
    {
        if (!Tlv.TryDecode(payload, out var entries))
            return CoapCode.InternalServerError;
        if (entries.Count > 0 && entries[0].Kind == TlvKind.ObjectInstance)
        {
            foreach (var instance in entries)
            {
                if (!Tlv.TryDecode(instance.Value, out var inner))
                    return CoapCode.InternalServerError;
                TakeSecurityInstance(inner);
            }
        }
        else
        {
            TakeSecurityInstance(entries);
        }
        return CoapCode.Changed;
    }

    /// <summary>Errors of single resources are swallowed, as the module does.</summary>
    void TakeSecurityInstance(IReadOnlyList<TlvEntry> entries)
    {
        string uri = "", identity = "", key = "";
        var isBootstrap = false;
        var isPsk = false;
        foreach (var entry in entries)
        {
            var text = Encoding.Latin1.GetString(entry.Value.Span);
            switch (entry.Id)
            {
                case 0: uri = text; break;
                case 1: isBootstrap = !entry.Value.IsEmpty && entry.Value.Span[^1] != 0; break;
                case 2: isPsk = !entry.Value.IsEmpty && entry.Value.Span[^1] == SecurityModePsk; break;
                case 3: identity = text; break;
                case 5: key = text; break;
            }
        }
        if (!isBootstrap && TryParseUri(uri, out var address))
            _written = new ServerAccount(address, IsBootstrap: false, _account?.AuthCode, isPsk && key.Length > 0 ? new PskCredential(identity, key) : null);
    }

    CoapCode WriteServer(CoapMessage request)
    {
        if (!Tlv.TryDecode(request.Payload, out var entries))
            return CoapCode.BadRequest;
        if (entries.Count > 0 && entries[0].Kind == TlvKind.ObjectInstance && !Tlv.TryDecode(entries[0].Value, out entries))
            return CoapCode.BadRequest;
        foreach (var entry in entries)
        {
            if (entry is { Kind: TlvKind.Resource, Id: 1 } && Tlv.TryDecodeValue(entry.Value.Span, Lwm2mType.Integer, out var value)
                && value is IntegerValue { Number: > 0 and <= int.MaxValue } seconds)
                _lifetime = TimeSpan.FromSeconds(seconds.Number);
        }
        return CoapCode.Changed;
    }

    void FinishBootstrap(TimeSpan now, long exchange)
    {
        if (_written is null)
        {
            _coap.Respond(now, exchange, new CoapResponse(CoapCode.NotAcceptable));
            FailOpen(ClientFailure.NoAccount, null);
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
        address = new ServerAddress(host, port);
        return valid && port is > 0 and <= 65535;
    }
}
