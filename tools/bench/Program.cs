using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using M531x.Tools.Bench;

// Usage: dotnet run -c Release --project tools/bench -- dtls [--rounds N] [--seconds S] [--json FILE]
//        dotnet run -c Release --project tools/bench -- day [--rounds N] [--json FILE]
// Measures end to end on one core: the rates of DTLS beside those of the peers, or the processor time of a device's day.
// A target that is missed is printed and is no error.
if (args is not ["dtls" or "day", ..] || args.Length % 2 == 0)
    return Usage();
var (rounds, seconds, json) = (7, 0.5, (string?)null);
for (var i = 1; i < args.Length; i += 2)
{
    var value = args[i + 1];
    var isValid = args[i] switch
    {
        "--rounds" => int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0,
        "--seconds" when args[0] == "dtls" => double.TryParse(value, CultureInfo.InvariantCulture, out seconds) && seconds > 0,
        "--json" => (json = value).Length > 0,
        _ => false,
    };
    if (!isValid)
        return Usage();
}

Console.WriteLine(PinToOneCore());
if (args[0] == "day")
    return DeviceDay.Run(rounds, json) ? 0 : 1;
Console.WriteLine(DtlsContests.Setting);
var done = new List<Contest>();
foreach (var contest in DtlsContests.All(Console.WriteLine))
{
    contest.Run(rounds, TimeSpan.FromSeconds(seconds));
    Report.Print(Console.Out, contest);
    foreach (var entry in contest.Entries)
        entry.Side.Dispose();
    done.Add(contest);
}
if (json is not null)
    Report.Write(json, done);
return 0;

static int Usage()
{
    Console.Error.WriteLine("usage: bench dtls [--rounds N] [--seconds S] [--json FILE]\n       bench day [--rounds N] [--json FILE]");
    return 2;
}

// This thread, and with it every thread and process it starts; the highest core, for the lowest takes the interrupts.
static string PinToOneCore()
{
    if (!OperatingSystem.IsLinux())
        return "Not pinned to a core: that takes Linux.";
    using var self = Process.GetCurrentProcess();
    var core = BitOperations.Log2((ulong)self.ProcessorAffinity);
    self.ProcessorAffinity = (nint)(1L << core);
    return $"On core {core} alone.";
}
