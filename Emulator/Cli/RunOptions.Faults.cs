using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Scenarios;

namespace M531x.Emulator.Cli;

/// <content>--fault: a preset, or a type and what follows, with commas between them.</content>
sealed partial class RunOptions
{
    bool TryReadFaults(GivenSettings given, out List<FaultSpec> faults, out string error)
    {
        faults = [];
        error = "";
        foreach (var text in given.List(_faults))
        {
            try
            {
                using var reader = new StringReader(ToYaml(text.Text));
                var specs = FaultReader.Read(ScenarioNode.Load("fault", reader));
                if (given.Text(_platform) == "real" && specs.FirstOrDefault(s => s.Type.NeedsPlatform) is { } useless)
                    throw new ScenarioException("fault", "type", $"{useless.Type.Name} happens inside the local OneNET, which --platform real does not start");
                faults.AddRange(specs);
            }
            catch (ScenarioException e)
            {
                error = GivenSettings.Complain(_faults, text, e.What == "scenario" ? e.Problem : $"{e.What}: {e.Problem}");
                return false;
            }
        }
        return true;
    }

    /// <summary>latency,probability=0.5,mean=2s in the form that scenarios have; what is in braces has that form, or is JSON.</summary>
    static string ToYaml(string text)
    {
        if (text.StartsWith('{'))
            return text;
        var parts = text.Split(',');
        if (parts.Length == 1)
            return Quote(text);
        var values = parts.Skip(1).Select(p => p.Split('=', 2)).ToList();
        if (values.Find(p => p.Length < 2) is { } bare)
            throw new ScenarioException("fault", bare[0], "expected NAME=VALUE; what holds a comma goes into braces, as in { type: loss, match: 'a,b' }");
        var common = values.Where(p => FaultReader.Keys.Contains(p[0])).Select(p => $"{p[0]}: {Quote(p[1])}");
        var attributes = values.Where(p => !FaultReader.Keys.Contains(p[0])).Select(p => $"{Quote(p[0])}: {Quote(p[1])}").ToList();
        string[] all = [$"type: {Quote(parts[0])}", .. common, .. attributes.Count == 0 ? Array.Empty<string>() : [$"attributes: {{ {string.Join(", ", attributes)} }}"]];
        return $"{{ {string.Join(", ", all)} }}";
    }

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
