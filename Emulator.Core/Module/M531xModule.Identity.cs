using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Module;

/// <content>Who the module and its card are: AT+CGSN, AT+GSN, AT+CGMI, AT+CGMM, AT+CGMR, AT+NCCID, AT+ICCID, AT+CPIN.</content>
sealed partial class M531xModule
{
    const string SoftwareVersionNumber = "01";

    /// <summary>&lt;snt&gt; of 3GPP TS 27.007 §5.4: 1 IMEI, 2 IMEI and software version, 3 software version. No serial number (0) is stored.</summary>
    internal AtResult ReadSerialNumber(AtArguments arguments) => arguments.Int(0) switch
    {
        1 => General("+CGSN", _options.Imei),
        2 => General("+CGSN", _options.Imei[..^1] + SoftwareVersionNumber),
        3 => General("+CGSN", SoftwareVersionNumber),
        _ => CmeError.OperationNotSupported,
    };

    internal AtResult ShowImei() => Bare(_options.Imei);

    internal AtResult ShowManufacturer() => Bare(_options.Profile.Manufacturer);

    internal AtResult ShowModel() => Bare(_options.Profile.Model);

    internal AtResult ShowRevision() => Bare(_options.Profile.Revision);

    internal AtResult ShowCard(string name) => General(name, _options.Iccid);

    internal AtResult ReadPin() => General("+CPIN", "READY");

    AtResult Bare(string text)
    {
        Info(text);
        return AtResult.Ok;
    }
}
