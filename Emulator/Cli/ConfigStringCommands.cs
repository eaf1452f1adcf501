using System.CommandLine;
using System.Globalization;
using System.Xml;
using M531x.Emulator.Core.Mipl;

namespace M531x.Emulator.Cli;

/// <summary>
/// <c>m531x config decode</c> and <c>m531x config encode</c>: the configuration of AT+MIPLCREATE from its line to fields or XML, and back,
/// as China Mobile's cis_cgtool makes it.
/// </summary>
static class ConfigStringCommands
{
    const string StandardInput = "-";

    public static void AddTo(Command config)
    {
        var text = new Argument<string>("STRING") { Description = "hexadecimal digits or the whole AT+MIPLCREATE line; - reads standard input" };
        var xml = new Option<bool>("--xml") { Description = "print the XML that config encode takes" };
        var decode = new Command("decode", "Print the fields of an AT+MIPLCREATE configuration") { text, xml };
        decode.SetAction(parsed => (int)Decode(Console.In, Console.Out, Console.Error, parsed.GetValue(text)!, parsed.GetValue(xml)));
        config.Subcommands.Add(decode);

        var file = new Argument<string>("FILE") { Description = "the configuration as XML; - reads standard input" };
        var encode = new Command("encode", "Print the AT+MIPLCREATE line of an XML configuration") { file };
        encode.SetAction(parsed => (int)EncodeFile(parsed.GetValue(file)!));
        config.Subcommands.Add(encode);
    }

    public static ExitCode Decode(TextReader input, TextWriter output, TextWriter errors, string text, bool asXml)
    {
        if (!CreateLine.TryRead(text == StandardInput ? input.ReadToEnd() : text, out var bytes, out var error)
            || !MiplConfig.TryDecode(bytes, out var config, out error))
            return Refuse(errors, error);
        if (!asXml)
        {
            WriteFields(output, config, bytes);
            return ExitCode.Ok;
        }
        if (!MiplConfigXml.CanWrite(config))
            return Refuse(errors, "a value holds a control character, which XML cannot");
        output.Write(MiplConfigXml.Write(config));
        return ExitCode.Ok;
    }

    public static ExitCode Encode(Stream xml, TextWriter output, TextWriter errors, string name)
    {
        MiplConfig config;
        try
        {
            using var reader = XmlReader.Create(xml);
            config = MiplConfigXml.Read(reader);
        }
        catch (FormatException e)
        {
            return Refuse(errors, $"{name}:{e.Message}");
        }
        try
        {
            var bytes = config.Encode();
            if (bytes.Length > CreateLine.MaxBytes)
                return Refuse(errors, string.Create(CultureInfo.InvariantCulture, $"{name}: the configuration has {bytes.Length} bytes; AT+MIPLCREATE takes {CreateLine.MaxBytes}"));
            output.WriteLine(CreateLine.Write(bytes));
            return ExitCode.Ok;
        }
        catch (InvalidOperationException e)
        {
            return Refuse(errors, $"{name}: {e.Message}");
        }
    }

    static ExitCode EncodeFile(string path)
    {
        try
        {
            if (path == StandardInput)
                return Encode(Console.OpenStandardInput(), Console.Out, Console.Error, path);
            using var stream = File.OpenRead(path);
            return Encode(stream, Console.Out, Console.Error, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(Console.Error, $"{path}: {e.Message}");
        }
    }

    /// <summary>A line for each field: offset, bytes, name and value.</summary>
    static void WriteFields(TextWriter output, MiplConfig config, byte[] bytes)
    {
        var rows = config.Fields().Select(f => (f, Hex: Convert.ToHexString(bytes.AsSpan(f.Offset, f.Length)))).ToList();
        var name = rows.Max(r => r.f.Name.Length);
        output.WriteLine($"layout {(config.Layout == MiplConfigLayout.Old ? "old (M531X)" : "new")}");
        foreach (var (field, hex) in rows)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{field.Offset,4}  {field.Name.PadRight(name)}  {field.Value}  [{hex}]"));
    }

    static ExitCode Refuse(TextWriter errors, string why)
    {
        errors.WriteLine($"m531x: {why}");
        return ExitCode.Usage;
    }
}
