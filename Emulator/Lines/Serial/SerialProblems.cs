using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines.Serial;

/// <summary>Why a serial device cannot be used, in the same words for both back ends.</summary>
static class SerialProblems
{
    public static LineException Busy(SerialSpec spec) => spec.Line.Error(LineProblem.Busy, "another program has the device");

    public static LineException NotThere(SerialSpec spec) => spec.Line.Error(LineProblem.NotThere, "the device is not there");

    public static LineException NotPermitted(SerialSpec spec) => spec.Line.Error(LineProblem.NotPermitted, "Permission denied");

    public static LineException NotSerial(SerialSpec spec) => spec.Line.Bad("is no serial device");

    public static LineException Refused(SerialSpec spec, int baud, string why) =>
        spec.Line.Error(LineProblem.Unsupported, $"the device does not take {baud} bit/s, {spec.Frame}: {why}");

    /// <summary>From the error number of open(2) or of a call that only terminals answer.</summary>
    public static LineException FromErrno(SerialSpec spec, int error, string text) => error switch
    {
        Errno.Busy => Busy(spec),
        Errno.AccessDenied or Errno.NotPermitted => NotPermitted(spec),
        Errno.NotFound or Errno.NoSuchAddress or Errno.NoSuchDevice => NotThere(spec),
        Errno.NotATerminal => NotSerial(spec),
        _ => spec.Line.Error(LineProblem.NotThere, text),
    };
}
