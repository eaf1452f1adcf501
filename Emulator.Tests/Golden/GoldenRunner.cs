using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;

namespace M531x.Emulator.Tests.Golden;

/// <summary>
/// Runs a transcript against a module and the local OneNET in virtual time. {name} captures digits ({psk}: letters too) where it first
/// stands and means the same from then on; {name+1} is that number plus one.
/// </summary>
sealed partial class GoldenRunner(IReadOnlyList<GoldenStep> steps)
{
    const double LineSeconds = 60;
    const int LinesAround = 8;

    readonly List<string> _done = [];
    readonly StringBuilder _framed = new();
    readonly Dictionary<string, string> _names = new() { ["imei"] = Mcu.Imei };
    OneNetOptions _platform = VirtualWorld.DefaultPlatform(new ModuleOptions());
    ModuleOptions _module = new();
    bool _printsBoot;
    Mcu? _mcu;
    long _call;
    int _stored;

    Mcu Mcu => _mcu ??= new Mcu(new VirtualWorldOptions { Platform = _platform, Module = _module, PrintsBoot = _printsBoot });

    /// <summary>Null when the transcript holds, else where and how it does not.</summary>
    public string? Run()
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (Execute(steps[i]) is { } came)
                return Explain(i, came);
            _done.Add(steps[i].Source);
        }
        if (Mcu.Take() is { Length: > 0 } rest)
            return $"lines after the end: {string.Join(" | ", rest)}";
        return Mcu.Raw == _framed.ToString() ? null : $"not every line stands between CR LF and CR LF: {JsonSerializer.Serialize(Mcu.Raw)}";
    }

    /// <summary>Null when the step holds, else what came instead.</summary>
    string? Execute(GoldenStep step)
    {
        switch (step.Verb)
        {
            case "mcu>":
                Mcu.Send(Fill(step.Text));
                return null;
            case "mod>":
                return ExpectLine(step);
            case "echo>":
                return ExpectEcho(Fill(step.Text));
            case "reset":
                Mcu.World.Reset(Enum.Parse<ResetCause>(step.Text, ignoreCase: true));
                return null;
            case "api>":
                Call(Fill(step.Text));
                return null;
            case "api<":
                return ExpectAnswer(step.Text);
            case "platform>":
                return ExpectStored(step.Text);
            case "wait":
                Mcu.Advance(step.Seconds!.Value);
                return null;
            case "silent":
                Mcu.Advance(step.Seconds!.Value);
                return Mcu.Take() is { Length: > 0 } lines ? string.Join(" | ", lines) : null;
            case "age":
                Mcu.World.AgeMapping();
                return null;
            case "network":
                Mcu.World.Passes = (_, _) => step.Text == "on";
                return null;
            default:
                Prepare(step);
                return null;
        }
    }

    void Prepare(GoldenStep step)
    {
        if (_mcu is not null)
            throw new FormatException($"{step.File}:{step.Number}: the device is set before the first command");
        switch (step.Verb)
        {
            case "profile":
                var profile = ModuleProfile.Find(step.Text) ?? throw new FormatException($"{step.File}:{step.Number}: no profile {step.Text}");
                _module = _module with { Profile = profile };
                _printsBoot = true;
                return;
            case "attach":
                _module = _module with { AttachDelay = TimeSpan.FromSeconds(step.Seconds!.Value) };
                return;
            case "ageing":
                _module = _module with { IpAgeing = null };
                return;
            case "connection-ids":
                _module = _module with { DtlsConnectionIds = true };
                _platform = _platform with { DtlsConnectionIds = true };
                return;
        }
        var device = _platform.Devices[0];
        _platform = _platform with
        {
            Devices = step.Text == "unknown" ? [] : [device with { AuthCode = step.Text["authcode ".Length..] }],
        };
    }

    string? ExpectLine(GoldenStep step)
    {
        var line = Mcu.Next(step.Seconds ?? LineSeconds);
        _framed.Append("\r\n").Append(line).Append("\r\n");
        var match = Pattern(step.Text).Match(line);
        if (!match.Success)
            return line;
        foreach (var group in match.Groups.Cast<Group>().Where(g => !char.IsAsciiDigit(g.Name[0])))
            _names[group.Name] = group.Value;
        return null;
    }

    /// <summary>The module sends back what the MCU typed, its CR included, before anything else.</summary>
    string? ExpectEcho(string text)
    {
        var line = Mcu.Next(0);
        _framed.Append(text).Append('\r');
        return line == text + "\r" ? null : line;
    }

    void Call(string text)
    {
        var parts = text.Split(' ', 3);
        _call = Mcu.Call(parts[0], parts[1], parts.Length > 2 ? parts[2] : null);
    }

    string? ExpectAnswer(string text)
    {
        var came = Mcu.Answer(_call);
        // A name that stands as a member's value for the first time takes the digits that came there.
        foreach (Match member in Regex.Matches(text, @"""(?<key>\w+)"":""\{(?<name>\w+)\}"""))
        {
            var value = Regex.Match(came, $@"""{member.Groups["key"].Value}"":""(?<digits>[0-9]+)""").Groups["digits"];
            if (value.Success)
                _names.TryAdd(member.Groups["name"].Value, value.Value);
        }
        var expected = Fill(text);
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(came)) ? null : came;
        }
        catch (JsonException)
        {
            return came;
        }
    }

    /// <summary>The next data point the platform keeps, as STREAM VALUE.</summary>
    string? ExpectStored(string expected)
    {
        DatapointStored[] Stored() => [.. Mcu.World.PlatformEvents.OfType<DatapointStored>()];
        Mcu.World.RunUntil(() => Stored().Length > _stored, TimeSpan.FromSeconds(LineSeconds));
        if (Stored() is not { } all || all.Length <= _stored)
            return "(nothing stored)";
        var came = $"{all[_stored].Stream} {all[_stored].Value}";
        _stored++;
        return came == expected ? null : came;
    }

    string Fill(string text) => Name().Replace(text, m => Known(m));

    Regex Pattern(string text)
    {
        var pattern = new StringBuilder("^");
        var position = 0;
        foreach (Match m in Name().Matches(text))
        {
            pattern.Append(Regex.Escape(text[position..m.Index]));
            var name = m.Groups["name"].Value;
            pattern.Append(_names.ContainsKey(name) ? Regex.Escape(Known(m)) : $"(?<{name}>{(name == "psk" ? "[0-9A-Za-z]" : "[0-9]")}+)");
            position = m.Index + m.Length;
        }
        return new Regex(pattern.Append(Regex.Escape(text[position..])).Append('$').ToString(), RegexOptions.CultureInvariant);
    }

    string Known(Match name)
    {
        if (!_names.TryGetValue(name.Groups["name"].Value, out var value))
            throw new FormatException($"{name.Value} is used before a line captured it");
        var add = name.Groups["add"].Value;
        return add.Length == 0 ? value
            : (long.Parse(value, CultureInfo.InvariantCulture) + long.Parse(add, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
    }

    string Explain(int index, string came)
    {
        var step = steps[index];
        var text = new StringBuilder($"{step.File}:{step.Number}\n");
        foreach (var line in _done.TakeLast(LinesAround))
            text.Append("      ").Append(line).Append('\n');
        text.Append("  want ").Append(step.Source).Append('\n');
        text.Append("  came ").Append(came).Append('\n');
        foreach (var line in steps.Skip(index + 1).Take(LinesAround / 2))
            text.Append("      ").Append(line.Source).Append('\n');
        foreach (var line in Mcu.World.Trace.TakeLast(LinesAround))
            text.Append("trace ").Append(line).Append('\n');
        return text.ToString();
    }

    [GeneratedRegex(@"\{(?<name>[a-z]+)(\+(?<add>[0-9]+))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
