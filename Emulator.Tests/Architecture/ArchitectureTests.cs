using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Architecture;

public sealed class ArchitectureTests
{
    static readonly string[] Ours = ["Dtls", "Lwm2m", "Emulator.Core", "m531x"];

    [TestCase("Dtls", "")]
    [TestCase("Lwm2m", "Dtls")]
    [TestCase("Emulator.Core", "Lwm2m")]
    [TestCase("Emulator", "Emulator.Core")]
    public void Project_references_go_one_way(string project, string referenced)
    {
        var names = Elements(project, "ProjectReference").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
        Assert.That(string.Join(',', names), Is.EqualTo(referenced));
    }

    [Test]
    public void Assembly_references_go_one_way()
    {
        foreach (var assembly in Repository.CoreAssemblies.Append(Repository.EdgeAssembly))
        {
            var level = Array.IndexOf(Ours, assembly.GetName().Name);
            Assert.That(level, Is.GreaterThanOrEqualTo(0), assembly.FullName);
            var above = assembly.GetReferencedAssemblies().Select(r => r.Name).Where(n => Array.IndexOf(Ours, n) >= level);
            Assert.That(above, Is.Empty, assembly.FullName);
        }
    }

    [Test]
    public void A_core_assembly_references_no_assembly_for_sockets_threads_files_or_the_web()
    {
        string[] banned =
        [
            "System.Net.Sockets", "System.Net.Http", "System.Threading.Thread", "System.Threading.ThreadPool", "System.Console",
            "System.IO.FileSystem", "System.Diagnostics.Process", "System.Collections.Concurrent", "Serilog",
        ];
        var found = from assembly in Repository.CoreAssemblies
                    from reference in assembly.GetReferencedAssemblies()
                    where banned.Contains(reference.Name) || reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                    select $"{assembly.GetName().Name} -> {reference.Name}";
        Assert.That(found, Is.Empty);
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.CoreProjects))]
    public void Every_core_project_is_checked_for_banned_symbols(string project)
    {
        Assert.That(Elements(project, "PackageReference").Select(e => e.Attribute("Include")!.Value),
            Has.One.EqualTo("Microsoft.CodeAnalysis.BannedApiAnalyzers"));
        Assert.That(Elements(project, "AdditionalFiles").Select(e => e.Attribute("Include")!.Value), Has.One.EqualTo("../BannedSymbols.txt"));
    }

    [Test]
    public void The_check_for_banned_symbols_is_an_error_without_exemption()
    {
        var rules = Repository.Read(".editorconfig").Split('\n').Select(l => l.Split('#')[0].Trim())
            .Where(l => l.StartsWith("dotnet_diagnostic.RS0030", StringComparison.Ordinal));
        Assert.That(rules, Is.EqualTo(new[] { "dotnet_diagnostic.RS0030.severity = error" }));
        var pragmas = CoreSources().Where(f => Repository.Read(f).Contains("RS0030", StringComparison.Ordinal));
        Assert.That(pragmas, Is.Empty);
    }

    [Test]
    public void The_core_neither_locks_nor_awaits()
    {
        var found = from file in CoreSources()
                    from Match match in Regex.Matches(Repository.Read(file), @"^(?!\s*//).*\b(lock \(|await |async )", RegexOptions.Multiline)
                    select $"{file}: {match.Value.Trim()}";
        Assert.That(found, Is.Empty);
    }

    [TestCase("P:System.DateTime.UtcNow")]
    [TestCase("T:System.Random")]
    [TestCase("T:System.Net.Sockets.Socket")]
    [TestCase("T:System.IO.File")]
    [TestCase("T:System.Threading.Thread")]
    [TestCase("T:System.Threading.Tasks.Task")]
    [TestCase("T:System.Threading.Tasks.Task`1")]
    [TestCase("T:System.Threading.CancellationTokenSource")]
    [TestCase("T:System.Threading.PeriodicTimer")]
    [TestCase("T:System.Security.Cryptography.RandomNumberGenerator")]
    [TestCase("T:System.Diagnostics.Process")]
    [TestCase("T:System.Net.Http.HttpClient")]
    [TestCase("M:System.IO.StreamReader.#ctor(System.String)")]
    [TestCase("M:System.IO.StreamWriter.#ctor(System.String)")]
    [TestCase("T:System.Environment")]
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

    static IEnumerable<string> CoreSources() =>
        Repository.Files(".cs").Where(f => Repository.CoreProjects.Contains(f.Split(Path.DirectorySeparatorChar)[0]));

    static IEnumerable<XElement> Elements(string project, string name) =>
        XDocument.Parse(Repository.Read($"{project}/{project}.csproj")).Descendants(name);
}
