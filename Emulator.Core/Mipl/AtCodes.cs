using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Result numbers of the RSP commands and the CoAP codes they stand for (manual §1.11, §1.13).</summary>
static class AtCodes
{
    public const int Content = 1;
    public const int Changed = 2;

    /// <summary>The CoAP code of an error result, or null for a number that is none.</summary>
    public static CoapCode? Error(int result) => result switch
    {
        11 => CoapCode.BadRequest,
        12 => CoapCode.Unauthorized,
        13 => CoapCode.NotFound,
        14 => CoapCode.MethodNotAllowed,
        15 => CoapCode.NotAcceptable,
        _ => null,
    };
}
