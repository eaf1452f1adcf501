using M531x.Emulator.Core.Scenarios;

namespace M531x.Emulator.Tests.Scenarios;

/// <summary>Scenarios that stand in a test.</summary>
static class Written
{
    /// <summary>Registers object 3200/0 with resource 5750.</summary>
    public const string Registered = """
        - send: [AT+MIPLCREATE, 'AT+MIPLADDOBJ=0,3200,1,"1",0,1', 'AT+MIPLDISCOVERRSP=0,3200,1,4,"5750"', 'AT+MIPLOPEN=0,3000,30']
        - expect: '+MIPLEVENT:0,6'
        - expect: '+MIPLREAD:0,{N},3,0,-1'
        """;

    static readonly Dictionary<string, string> Files = new()
    {
        ["registered.yaml"] = Registered,
        ["sub/outer.yaml"] = "- include: inner.yaml",
        ["sub/inner.yaml"] = "- send: AT\n- next: OK",
        ["a.yaml"] = "- include: b.yaml",
        ["b.yaml"] = "- send: AT\n- include: ./a.yaml",
        ["self.yaml"] = "- include: x.yaml",
    };

    public static Scenario Read(string text, params (string Name, string Value)[] variables) =>
        ScenarioReader.Read("x.yaml", text, path => Files.GetValueOrDefault(path.Replace("./", "", StringComparison.Ordinal)), variables.ToDictionary(v => v.Name, v => v.Value));

    public static ScenarioOutcome Run(string text, params (string Name, string Value)[] variables) => new ScenarioRunner(Read(text, variables), 7).Run();
}
