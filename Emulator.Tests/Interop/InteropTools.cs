using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>
/// Finds the independent programs. One that is missing skips its tests, or fails them where M531X_REQUIRE_INTEROP=1 says that it must be there.
/// </summary>
static class InteropTools
{
    /// <summary>Distributions name libcoap's tools by the TLS library they were built with; without one is enough here.</summary>
    public static string Libcoap(string tool) =>
        new[] { "-notls", "-openssl", "-gnutls", "" }.Select(suffix => FindOnPath(tool + suffix)).FirstOrDefault(found => found is not null)
            ?? Missing($"libcoap's {tool} (Debian package libcoap3-bin)");

    /// <summary>libcoap's tool as built with that TLS library, openssl or gnutls.</summary>
    public static string LibcoapWith(string library, string tool) =>
        FindOnPath($"{tool}-{library}") ?? Missing($"libcoap's {tool}-{library} (Debian package libcoap3-bin)");

    public static string Tool(string name, string package) => FindOnPath(name) ?? Missing($"{name} (Debian package {package})");

    public static string Compiler() => Tool("gcc", "gcc");

    public static string Node() => FindOnPath("node") ?? Missing("node (Debian packages nodejs and npm)");

    public static string Socat() => FindOnPath("socat") ?? Missing("socat (Debian package socat)");

    public static string CCompiler() => FindOnPath("gcc") ?? FindOnPath("cc") ?? Missing("a C compiler (Debian package gcc)");

    /// <summary>A source file beside the tests.</summary>
    public static string Source(params string[] path) => Path.Combine([RepositoryRoot(), "Emulator.Tests", "Interop", .. path]);

    public static string Tshark() => FindOnPath("tshark") ?? Missing("tshark (Debian package tshark)");

    /// <summary>A Python that has pyserial: the one that comes first may be another than the system's.</summary>
    public static string PythonWithSerial()
    {
        foreach (var python in ((string?[])[FindOnPath("python3"), "/usr/bin/python3"]).OfType<string>().Where(File.Exists).Distinct())
        {
            using var trial = new EndToEnd.ChildProcess(python, ["-c", "import serial"]);
            if (trial.WaitExit() == 0)
                return python;
        }
        return Missing("Python with pyserial (Debian package python3-serial)");
    }

    /// <summary>The script that drives node-coap; its packages lie beside it.</summary>
    public static string PeerScript()
    {
        var folder = InRepository("Emulator.Tests", "Interop", "node");
        return Directory.Exists(Path.Combine(folder, "node_modules", "coap"))
            ? Path.Combine(folder, "peer.js")
            : Missing("node-coap (npm ci --prefix Emulator.Tests/Interop/node)");
    }

    public static string InRepository(params string[] path) => Path.Combine([RepositoryRoot(), .. path]);

    /// <summary>Ends the test, as skipped or as failed.</summary>
    public static string Missing(string what)
    {
        var message = $"{what} is not installed; run tools/interop-setup.sh";
        if (Environment.GetEnvironmentVariable("M531X_REQUIRE_INTEROP") == "1")
            Assert.Fail(message);
        Assert.Ignore(message);
        return message;
    }

    static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "emulator.sln")))
                return folder.FullName;
        }
        return Missing("the repository around the tests");
    }
}
