using System.Globalization;

namespace M531x.Emulator.Core.Mipl;

partial record MiplConfig
{
    /// <summary>
    /// The fields of the encoded configuration in order, by the names that decoding errors use. They cover every byte once,
    /// but that an item stands for its tag and length alone.
    /// </summary>
    public IReadOnlyList<MiplConfigField> Fields()
    {
        const int Head = 3;
        var isNew = Layout == MiplConfigLayout.New;
        List<MiplConfigField> fields = [];
        var offset = 0;
        var net = Head + 3 + (isNew ? 1 : 0) + Strings(Apn, User, Password, Server, UserData);
        var sys = Head + 3 + Strings(SysUserData);
        Add("version", 1, "1, 3 items");
        Add("total length", 2, Bytes(Head + Head + net + sys));
        Add("init item", Head, Bytes(Head));
        Add("net item", Head, Bytes(net));
        Add("mtu", 2, Number(Mtu));
        Add("link and band type", 1, $"link {LinkType}, band {BandType}");
        if (isNew)
            Add("flags", 1, $"bootstrap {OnOff(Bootstrap)}, DTLS {OnOff(Dtls)}{(SpareFlags == 0 ? "" : $", spare 0x{SpareFlags:X2}")}");
        AddText("apn", Apn);
        AddText("user", User);
        AddText("password", Password);
        AddText("host", Server, isNew ? "" : $", bootstrap {OnOff(Bootstrap)}");
        AddText("user data", UserData);
        Add("sys item", Head, Bytes(sys));
        Add("log", 1, $"enabled {OnOff(LogEnabled)}, external output {OnOff(LogExtOutput)}, output type {LogOutputType}, level {LogOutputLevel}");
        Add("log buffer size", 2, Number(LogBufferSize));
        AddText("sys user data", SysUserData);
        return fields;

        void Add(string name, int length, string value)
        {
            fields.Add(new MiplConfigField(offset, length, name, value));
            offset += length;
        }

        void AddText(string name, string text, string more = "") => Add(name, Strings(text), Quoted(text) + more);
    }

    static int Strings(params ReadOnlySpan<string> texts)
    {
        var length = 0;
        foreach (var text in texts)
            length += 2 + text.Length;
        return length;
    }

    static string OnOff(bool on) => on ? "on" : "off";

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Bytes(int count) => $"{Number(count)} bytes";

    static string Quoted(string text) =>
        $"\"{string.Concat(text.Select(c => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) ? $"\\x{(int)c:X2}" : c.ToString()))}\"";
}
