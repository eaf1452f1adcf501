using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// The XML that China Mobile's configuration tool cis_cgtool reads. The M531X's own (manual §5.3.1.2) has version and count in a first
/// item and Bootstrap before Host; the new layout's has them in a head, and BootstrapEnabled and DTLSEnabled.
/// </summary>
static class MiplConfigXml
{
    const int ItemCount = 3;

    /// <summary>The flag bits that cis_cgtool has no name for; written only when one is set.</summary>
    const string SpareFlags = "SpareFlags";

    public static string Write(MiplConfig config)
    {
        var isNew = config.Layout == MiplConfigLayout.New;
        var document = new XDocument(new XElement("config",
            new XElement(isNew ? "head" : "item", new XElement("version", isNew ? "1" : "1.0"), new XElement("cfgcnt", ItemCount)),
            new XElement("item", new XAttribute("id", 1), ""),
            new XElement("item", new XAttribute("id", 2), NetData(config)),
            new XElement("item", new XAttribute("id", 3),
                Data("LogEnabled", config.LogEnabled),
                Data("LogExtOutput", config.LogExtOutput),
                Data("LogOutputType", config.LogOutputType),
                Data("LogOutputLevel", config.LogOutputLevel),
                Data("LogBufferSize", config.LogBufferSize),
                Data("Userdata", config.SysUserData))));
        // A carriage return in a value would be read back as a line feed.
        var settings = new XmlWriterSettings { Indent = true, IndentChars = "    ", OmitXmlDeclaration = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize };
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = XmlWriter.Create(text, settings))
            document.Save(writer);
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    /// <summary>Whether every value can stand in XML: most control characters cannot.</summary>
    public static bool CanWrite(MiplConfig config) =>
        new[] { config.Apn, config.User, config.Password, config.Server, config.UserData, config.SysUserData }.All(t => t.All(XmlConvert.IsXmlChar));

    /// <exception cref="FormatException">Not such a file; the message begins with line and column.</exception>
    public static MiplConfig Read(XmlReader reader)
    {
        XDocument document;
        try
        {
            document = XDocument.Load(reader, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace);
        }
        catch (XmlException e)
        {
            throw new FormatException($"{e.LineNumber}:{e.LinePosition}: not XML: {e.Message}", e);
        }
        var root = document.Root!;
        if (root.Name.LocalName != "config")
            throw Fault(root, $"{root.Name.LocalName}: expected config");
        CheckHead(root);
        CheckItems(root);
        var net = new Item(root, 2);
        var sys = new Item(root, 3);
        var config = ReadNet(net) with
        {
            LogEnabled = sys.Flag("LogEnabled"),
            LogExtOutput = sys.Flag("LogExtOutput"),
            LogOutputType = sys.Number("LogOutputType", 3),
            LogOutputLevel = sys.Number("LogOutputLevel", 15),
            LogBufferSize = sys.Number("LogBufferSize", ushort.MaxValue),
            SysUserData = sys.Text("Userdata"),
        };
        net.ThrowIfAnyIsLeft();
        sys.ThrowIfAnyIsLeft();
        return config;
    }

    static IEnumerable<XElement> NetData(MiplConfig config)
    {
        var isNew = config.Layout == MiplConfigLayout.New;
        yield return Data("Mtu", config.Mtu);
        yield return Data("Linktype", config.LinkType);
        yield return Data("Bandtype", config.BandType);
        if (isNew)
        {
            yield return Data("BootstrapEnabled", config.Bootstrap);
            yield return Data("DTLSEnabled", config.Dtls);
            if (config.SpareFlags != 0)
                yield return Data(SpareFlags, config.SpareFlags);
        }
        yield return Data("APN", config.Apn);
        yield return Data("Username", config.User);
        yield return Data("Password", config.Password);
        if (!isNew)
            yield return Data("Bootstrap", config.Bootstrap);
        yield return Data("Host", config.Server);
        yield return Data("Userdata", config.UserData);
    }

    static XElement Data(string name, bool on) => Data(name, on ? "1" : "0");

    static XElement Data(string name, int number) => Data(name, number.ToString(CultureInfo.InvariantCulture));

    static XElement Data(string name, string value) => new("data", new XAttribute("name", name), value);

    static void CheckHead(XElement root)
    {
        var head = root.Element("head") ?? root.Elements("item").FirstOrDefault(i => i.Attribute("id") is null)
            ?? throw Fault(root, "version: is missing");
        var version = head.Element("version") ?? throw Fault(head, "version: is missing");
        if (version.Value.Trim() is not ("1" or "1.0"))
            throw Fault(version, $"version {version.Value.Trim()}: expected 1.0");
        if (head.Element("cfgcnt") is { } count && count.Value.Trim() != "3")
            throw Fault(count, $"cfgcnt {count.Value.Trim()}: expected 3");
    }

    /// <summary>Nothing stands in the file that would be left out.</summary>
    static void CheckItems(XElement root)
    {
        var seen = new HashSet<string>();
        foreach (var element in root.Elements())
        {
            var name = element.Name.LocalName;
            if (name is not ("head" or "item"))
                throw Fault(element, $"{name}: unknown");
            var id = element.Attribute("id")?.Value;
            var item = id is null ? "head" : $"item {id}";
            if (id is not (null or "1" or "2" or "3"))
                throw Fault(element, $"{item}: unknown");
            if (!seen.Add(item))
                throw Fault(element, $"{item}: is there twice");
        }
    }

    static MiplConfig ReadNet(Item net)
    {
        var isNew = net.Has("BootstrapEnabled") || net.Has("DTLSEnabled");
        var config = new MiplConfig
        {
            Layout = isNew ? MiplConfigLayout.New : MiplConfigLayout.Old,
            Mtu = net.Number("Mtu", ushort.MaxValue),
            LinkType = net.Number("Linktype", 15),
            BandType = net.Number("Bandtype", 15),
            Bootstrap = net.Flag(isNew ? "BootstrapEnabled" : "Bootstrap"),
            Apn = net.Text("APN"),
            User = net.Text("Username"),
            Password = net.Text("Password"),
            Server = net.Host(),
            UserData = net.Text("Userdata"),
        };
        return isNew
            ? config with { Dtls = net.Flag("DTLSEnabled"), SpareFlags = net.Has(SpareFlags) ? net.Number(SpareFlags, 0x3F) : 0 }
            : config;
    }

    static FormatException Fault(XObject at, string why)
    {
        var line = (IXmlLineInfo)at;
        return new FormatException(string.Create(CultureInfo.InvariantCulture, $"{line.LineNumber}:{line.LinePosition}: {why}"));
    }

    /// <summary>The data of one item, each taken once.</summary>
    sealed class Item
    {
        readonly XElement _item;
        readonly Dictionary<string, XElement> _left = [];

        public Item(XElement root, int id)
        {
            _item = root.Elements("item").FirstOrDefault(i => i.Attribute("id")?.Value == Invariant(id)) ?? throw Fault(root, $"item {id}: is missing");
            foreach (var data in _item.Elements())
            {
                var name = data.Attribute("name")?.Value ?? throw Fault(data, $"{data.Name.LocalName}: has no name");
                if (!_left.TryAdd(name, data))
                    throw Fault(data, $"{name}: is there twice");
            }
        }

        public bool Has(string name) => _left.ContainsKey(name);

        public string Text(string name)
        {
            var data = Take(name);
            return data.Value.All(c => c <= 0xFF) ? data.Value : throw Fault(data, $"{name}: holds a character beyond Latin-1");
        }

        public string Host()
        {
            var at = _left.GetValueOrDefault("Host");
            var host = Text("Host");
            return MiplConfig.TrySplitServer(host, out _, out _) ? host : throw Fault(at!, $"Host {host}: expected a printable host, or host:port");
        }

        public bool Flag(string name) => Number(name, 1) == 1;

        public int Number(string name, int max)
        {
            var data = Take(name);
            return int.TryParse(data.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
                ? number
                : throw Fault(data, $"{name} {data.Value.Trim()}: expected 0 to {max}");
        }

        public void ThrowIfAnyIsLeft()
        {
            foreach (var (name, data) in _left)
                throw Fault(data, $"{name}: unknown");
        }

        XElement Take(string name) => _left.Remove(name, out var data) ? data : throw Fault(_item, $"{name}: is missing");

        static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
