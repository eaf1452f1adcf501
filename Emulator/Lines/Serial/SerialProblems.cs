using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines.Serial;

/// <summary>Why a serial device cannot be used, in the same words for both back ends.</summary>
static class SerialProblems
{
    public static EndpointException Busy(SerialSpec spec) => spec.Endpoint.Error(EndpointProblem.Busy, "another program has the device");

    public static EndpointException NotThere(SerialSpec spec) => spec.Endpoint.Error(EndpointProblem.NotThere, "the device is not there");

    public static EndpointException NotPermitted(SerialSpec spec) => spec.Endpoint.Error(EndpointProblem.NotPermitted, "Permission denied");

    public static EndpointException NotSerial(SerialSpec spec) => spec.Endpoint.Bad("is no serial device");

    public static EndpointException Refused(SerialSpec spec, int baud, string why) =>
        spec.Endpoint.Error(EndpointProblem.Unsupported, $"the device does not take {baud} bit/s, {spec.Frame}: {why}");

    /// <summary>From the error number of open(2) or of a call that only terminals answer.</summary>
    public static EndpointException FromErrno(SerialSpec spec, int error, string text) => error switch
    {
        Errno.Busy => Busy(spec),
        Errno.AccessDenied or Errno.NotPermitted => NotPermitted(spec),
        Errno.NotFound or Errno.NoSuchAddress or Errno.NoSuchDevice => NotThere(spec),
        Errno.NotATerminal => NotSerial(spec),
        _ => spec.Endpoint.Error(EndpointProblem.NotThere, text),
    };
}
