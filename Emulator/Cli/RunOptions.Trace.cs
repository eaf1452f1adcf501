using M531x.Emulator.Drivers;

namespace M531x.Emulator.Cli;

/// <content>The options of traces.</content>
sealed partial class RunOptions
{
    bool TryReadTrace(GivenSettings given, out TraceFileOptions trace, out string error)
    {
        var keep = given.OptionalText(_keep);
        trace = new TraceFileOptions
        {
            Json = given.OptionalText(_trace),
            Transcript = given.OptionalText(_transcript),
            Capture = given.OptionalText(_pcap),
            Folder = given.OptionalText(_traceDir),
            Keeping = keep == "on-failure" ? TraceKeeping.OnFailure : TraceKeeping.Always,
        };
        error = "";
        if (keep is not (null or "always" or "on-failure"))
            error = given.Complain(_keep, "expected on-failure or always");
        else if (keep is not null && trace.Folder is null)
            error = given.Complain(_keep, "has no effect without --trace-dir");
        else if (((System.CommandLine.Option<string?>[])[_trace, _transcript, _pcap, _traceDir]).FirstOrDefault(o => given.OptionalText(o) is { Length: 0 }) is { } empty)
            error = given.Complain(empty, "expected a path");
        return error.Length == 0;
    }
}
