using System.Globalization;
using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <content>What the lwm2m dialect allows a bootstrap server beyond OneNET: the Server object, Delete and Bootstrap-Discover.</content>
public sealed partial class Lwm2mClient
{
    const int LifetimeResource = 1;

    /// <summary>Security instances with the short server id of those that are not a bootstrap server.</summary>
    readonly SortedDictionary<int, int?> _securityInstances = [];
    readonly SortedDictionary<int, int?> _serverInstances = [];

    void ResetBootstrapInformation()
    {
        _securityInstances.Clear();
        _serverInstances.Clear();
        _securityInstances[0] = null;
    }

    void TakeServerInstance(int instance, IReadOnlyList<TlvEntry> entries)
    {
        _serverInstances[instance] = null;
        List<WriteItem> items = [];
        foreach (var entry in entries.Where(e => e.Kind == TlvKind.Resource))
        {
            items.Add(new WriteItem(new ResourcePath(ServerObject, instance, entry.Id), entry.Value, WriteFormat.Tlv));
            var number = IntegerOf(entry);
            if (entry.Id == 0)
                _serverInstances[instance] = number;
            else if (entry.Id == LifetimeResource && number is > 0 and var seconds)
                _lifetime = TimeSpan.FromSeconds(seconds);
        }
        Tell(new ServerObjectWritten(items));
    }

    /// <summary>Deletes accounts; the bootstrap server's own stays (LwM2M 1.0 §5.2.7.5). Other objects are not kept by the client.</summary>
    CoapCode DeleteAccounts(ResourcePath? path)
    {
        if (path is { Resource: not null })
            return CoapCode.BadRequest;
        var security = _securityInstances.Keys.Where(i => i != 0 && Covers(SecurityObject, i)).ToList();
        var servers = _serverInstances.Keys.Where(i => Covers(ServerObject, i)).ToList();
        security.ForEach(i => _securityInstances.Remove(i));
        servers.ForEach(i => _serverInstances.Remove(i));
        if (Covers(SecurityObject, _writtenInstance))
            _written = null;
        return CoapCode.Deleted;

        bool Covers(int id, int instance) => path is null || path.Value.Covers(new ResourcePath(id, instance));
    }

    bool IsBootstrapDiscover(CoapMessage request) =>
        _options.Dialect == Lwm2mDialect.Lwm2m && request.Code == CoapCode.Get && request.Accept == CoapContentFormat.Link && request.UriPath.Count == 0;

    /// <summary>The enabler version, then objects and instances; accounts name their short server id (LwM2M 1.0 §5.2.7.4).</summary>
    CoapResponse BootstrapInformation()
    {
        var text = new StringBuilder("lwm2m=\"1.0\"");
        foreach (var (instance, shortId) in _securityInstances)
            Append(new ResourcePath(SecurityObject, instance), shortId);
        foreach (var path in Objects.Links())
        {
            if (path.Object != ServerObject)
                Append(path, null);
            else if (_serverInstances.Count == 0)
                Append(path, null);
            else
            {
                foreach (var (instance, shortId) in _serverInstances)
                    Append(new ResourcePath(ServerObject, instance), shortId);
            }
        }
        return new CoapResponse(CoapCode.Content, [CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Link)], Encoding.ASCII.GetBytes(text.ToString()));

        void Append(ResourcePath path, int? shortId)
        {
            text.Append(CultureInfo.InvariantCulture, $",<{path}>");
            if (shortId is not null)
                text.Append(CultureInfo.InvariantCulture, $";ssid={shortId}");
        }
    }

    static int? IntegerOf(TlvEntry entry) =>
        Tlv.TryDecodeValue(entry.Value.Span, Lwm2mType.Integer, out var value) && value is IntegerValue { Number: >= 0 and <= int.MaxValue } integer
            ? (int)integer.Number
            : null;
}
