using System.Reflection;
using System.Runtime.CompilerServices;

namespace M531x.Emulator.Tests.Architecture;

/// <summary>The repository's own files and assemblies.</summary>
static class Repository
{
    /// <summary>The projects without I/O, each above the one before.</summary>
    public static readonly string[] CoreProjects = ["Dtls", "Lwm2m", "Emulator.Core"];

    public static string Root { get; } = FindRoot();

    public static Assembly EdgeAssembly => typeof(M531x.Emulator.Drivers.IModuleHost).Assembly;

    public static IReadOnlyList<Assembly> CoreAssemblies { get; } =
        [typeof(M531x.Dtls.PskCredential).Assembly, typeof(Lwm2m.SeededRandom).Assembly, typeof(Core.Module.M531xModule).Assembly];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Files under version control's reach, without build output.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj" or ".git" or ".vs" or "TestResults"))
            .Where(f => extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);

    /// <summary>Types of the core projects that the compiler did not make.</summary>
    public static IEnumerable<Type> CoreTypes =>
        from assembly in CoreAssemblies
        from type in assembly.GetTypes()
        where type.Namespace is { } name && name.StartsWith("M531x.", StringComparison.Ordinal)
        where !Attribute.IsDefined(type, typeof(CompilerGeneratedAttribute))
        select type;

    static string FindRoot([CallerFilePath] string here = "")
    {
        // The build may map source paths: then the output folder, which lies inside the repository, leads there.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory })
        {
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "emulator.sln")))
                    return folder;
            }
        }
        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
