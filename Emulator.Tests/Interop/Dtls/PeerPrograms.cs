using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Builds the peers in C, each once in a run, into a folder that goes at the end of it.</summary>
static class PeerPrograms
{
    static readonly object Lock = new();
    static readonly Dictionary<string, string> Built = [];
    static Folder? _folder;

    /// <param name="library">Name of the source: openssl, gnutls, mbedtls.</param>
    /// <param name="header">One that the library's development package brings.</param>
    /// <param name="package">That package's name in Debian.</param>
    /// <param name="link">What the linker needs.</param>
    public static string Get(string library, string header, string package, params string[] link)
    {
        lock (Lock)
        {
            if (!Built.TryGetValue(library, out var program))
                Built[library] = program = Build(library, header, package, link);
            return program;
        }
    }

    public static void Remove()
    {
        lock (Lock)
        {
            _folder?.Dispose();
            _folder = null;
            Built.Clear();
        }
    }

    static string Build(string library, string header, string package, string[] link)
    {
        var gcc = InteropTools.Compiler();
        _folder ??= new Folder();
        var probe = _folder.At("probe.c");
        File.WriteAllText(probe, $"#include <{header}>\n");
        if (Run(gcc, "-fsyntax-only", probe) is not "")
            InteropTools.Missing($"{header} (Debian package {package})");
        var program = _folder.At(library);
        var sources = InteropTools.InRepository("Emulator.Tests", "Interop", "Dtls", "peers");
        var errors = Run(gcc, ["-O1", "-o", program, Path.Combine(sources, "peer.c"), Path.Combine(sources, $"peer_{library}.c"), .. link]);
        Assert.That(File.Exists(program), Is.True, errors);
        return program;
    }

    /// <summary>Answers what was printed to stderr by a compiler that failed, else nothing.</summary>
    static string Run(string program, params string[] arguments)
    {
        using var process = new ChildProcess(program, arguments);
        return process.WaitExit() == 0 ? "" : string.Join('\n', process.Errors.AwaitEnd());
    }
}
