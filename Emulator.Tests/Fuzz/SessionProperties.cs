using FsCheck;
using FsCheck.Fluent;
using M531x.Lwm2m.Client;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Fuzz;

/// <summary>Scripts for FsCheck; a failure prints the script's seed and its smallest form that still fails.</summary>
public static class Scripts
{
    public static Arbitrary<Script> Script() => Arb.From(
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select Fuzz.Script.Of((ulong)high << 31 | (uint)low),
        Fuzz.Script.Shrink);
}

/// <summary>No bytes on the UART and no datagram make the module or the platform throw, hang or grow.</summary>
public sealed class SessionProperties
{
    const int Few = 1500;

    [FsCheck.NUnit.Property(MaxTest = Few, Arbitrary = [typeof(Scripts)])]
    public Property Whatever_comes_the_module_answers_AT_and_nothing_grows(Script script) => Holds(script, Lwm2mDialect.OneNet);

    [FsCheck.NUnit.Property(MaxTest = Few / 2, Arbitrary = [typeof(Scripts)])]
    public Property Whatever_comes_the_clean_dialect_holds_too(Script script) => Holds(script, Lwm2mDialect.Lwm2m);

    /// <summary>The same, a hundred times as long: dotnet test --filter Category=Long.</summary>
    [Test, Category("Long"), Explicit("takes minutes")]
    public void Whatever_comes_at_length([Values] Lwm2mDialect dialect) =>
        Prop.ForAll(Scripts.Script(), script => Holds(script, dialect)).Check(Config.QuickThrowOnFailure.WithMaxTest(100 * Few));

    static Property Holds(Script script, Lwm2mDialect dialect)
    {
        var fault = Run(script, dialect);
        return (fault is null).Label(fault ?? "");
    }

    static string? Run(Script script, Lwm2mDialect dialect)
    {
        try
        {
            var session = new Session(script.Seed, script.Start, dialect);
            foreach (var step in script.Steps)
                session.Do(step);
            return session.Fault();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.ToString();
        }
    }
}
