using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Architecture;

public sealed class ArchitectureTests
{
    static readonly string[] Ours = ["Dtls", "Lwm2m", "m531x"];

    [TestCase("Dtls", "")]
    [TestCase("Lwm2m", "Dtls")]
    [TestCase("Emulator", "Lwm2m")]
    public void Project_references_go_one_way(string project, string referenced)
    {
        var names = Elements(project, "ProjectReference").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
        Assert.That(string.Join(',', names), Is.EqualTo(referenced));
    }

    [Test]
    public void Assembly_references_go_one_way()
    {
        foreach (var assembly in Repository.Assemblies)
        {
            var level = Array.IndexOf(Ours, assembly.GetName().Name);
            Assert.That(level, Is.GreaterThanOrEqualTo(0), assembly.FullName);
            var above = assembly.GetReferencedAssemblies().Select(r => r.Name).Where(n => Array.IndexOf(Ours, n) >= level);
            Assert.That(above, Is.Empty, assembly.FullName);
        }
    }

    [TestCase("Dtls")]
    [TestCase("Lwm2m")]
    public void A_protocol_library_references_neither_sockets_nor_threads(string name)
    {
        var assembly = Repository.Assemblies.Single(a => a.GetName().Name == name);
        string[] banned = ["System.Net.Sockets", "System.Threading.Thread", "System.Threading.ThreadPool", "System.Console", "System.IO.FileSystem"];
        Assert.That(assembly.GetReferencedAssemblies().Select(r => r.Name).Intersect(banned), Is.Empty);
    }

    [TestCase("Dtls")]
    [TestCase("Lwm2m")]
    [TestCase("Emulator")]
    public void Every_project_is_checked_for_banned_symbols(string project)
    {
        Assert.That(Elements(project, "PackageReference").Select(e => e.Attribute("Include")!.Value),
            Has.One.EqualTo("Microsoft.CodeAnalysis.BannedApiAnalyzers"));
        Assert.That(Elements(project, "AdditionalFiles").Select(e => e.Attribute("Include")!.Value), Has.One.EqualTo("../BannedSymbols.txt"));
    }

    [Test]
    public void The_check_is_an_error_but_for_the_edges_and_the_tests()
    {
        var section = "";
        List<string> rules = [];
        foreach (var line in Repository.Read(".editorconfig").Split('\n').Select(l => l.Split('#')[0].Trim()))
        {
            if (line.StartsWith('['))
                section = line;
            else if (line.StartsWith("dotnet_diagnostic.RS0030", StringComparison.Ordinal))
                rules.Add($"{section} {line.Split('=')[1].Trim()}");
        }
        Assert.That(rules, Is.EqualTo(new[]
        {
            "[*.cs] error", "[Emulator/{Program.cs,Cli/**.cs,Lines/**.cs,Drivers/**.cs,Control/**.cs}] none", "[Emulator.Tests/**.cs] none",
        }));
        var pragmas = Repository.Files(".cs").Where(f => !f.StartsWith("Emulator.Tests", StringComparison.Ordinal) && Repository.Read(f).Contains("RS0030", StringComparison.Ordinal));
        Assert.That(pragmas, Is.Empty);
    }

    [TestCase("P:System.DateTime.UtcNow")]
    [TestCase("T:System.Random")]
    [TestCase("T:System.Net.Sockets.Socket")]
    [TestCase("T:System.IO.File")]
    [TestCase("T:System.Threading.Thread")]
    [TestCase("T:System.Threading.Tasks.Task")]
    public void What_the_core_must_not_touch_is_banned(string symbol) =>
        Assert.That(Repository.Read("BannedSymbols.txt").Split('\n').Select(l => l.Split(';')[0]), Has.One.EqualTo(symbol));

    [Test]
    public void The_core_has_no_static_field_that_can_change()
    {
        var fields = from type in Repository.CoreTypes
                     from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                     where !field.IsLiteral && !field.IsInitOnly && !IsCompilerMade(field)
                     select $"{type.FullName}.{field.Name}";
        Assert.That(fields, Is.Empty);
    }

    [Test]
    public void The_core_has_no_static_queue_or_buffer()
    {
        Type[] containers = [typeof(Queue<>), typeof(Stack<>), typeof(LinkedList<>), typeof(PriorityQueue<,>), typeof(List<>), typeof(System.Text.StringBuilder)];
        var fields = from type in Repository.CoreTypes
                     from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                     let kind = field.FieldType.IsGenericType ? field.FieldType.GetGenericTypeDefinition() : field.FieldType
                     where containers.Contains(kind)
                     select $"{type.FullName}.{field.Name}";
        Assert.That(fields, Is.Empty);
    }

    [Test]
    public void Static_tables_are_the_same_after_a_session()
    {
        var before = StaticTables();
        Assert.That(before, Is.Not.Empty);
        var mcu = new Support.Mcu();
        mcu.Register();
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,1");
        mcu.Advance(10_000);
        Assert.That(StaticTables(), Is.EqualTo(before));
    }

    [Test]
    public void No_source_names_a_place_of_the_machine_it_was_written_on()
    {
        // Put together, so that this file does not name them itself.
        string[] words = ["/wo" + "rk/", "sha" + "red/", "/ro" + "ot/", "/tm" + "p/bash", "C:\\Us" + "ers"];
        var found = from file in Repository.Files(".cs", ".csproj", ".props", ".md", ".txt", ".json", ".sh", ".yml", ".sln", ".editorconfig")
                    let text = Repository.Read(file)
                    from word in words
                    where Regex.IsMatch(text, $"(?<![A-Za-z]){Regex.Escape(word)}")
                    select $"{file}: {word}";
        Assert.That(found, Is.Empty);
    }

    static SortedDictionary<string, int> StaticTables()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var type in Repository.CoreTypes.Where(t => !t.ContainsGenericParameters))
        {
            foreach (var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.IsLiteral && field.GetValue(null) is ICollection table)
                    counts[$"{type.FullName}.{field.Name}"] = table.Count;
            }
        }
        return counts;
    }

    static bool IsCompilerMade(FieldInfo field) =>
        (Attribute.IsDefined(field, typeof(CompilerGeneratedAttribute)) && !field.Name.EndsWith("k__BackingField", StringComparison.Ordinal))
        || field.Name.StartsWith("<>", StringComparison.Ordinal);

    static IEnumerable<XElement> Elements(string project, string name) =>
        XDocument.Parse(Repository.Read($"{project}/{project}.csproj")).Descendants(name);
}
