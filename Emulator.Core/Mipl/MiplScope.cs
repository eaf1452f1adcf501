using System.Globalization;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>How downlink operations and sent messages are indicated: AT+MIPLNMI (manual §2.1).</summary>
sealed class MessageIndication
{
    public const int Direct = 0;
    public const int Notify = 1;

    /// <summary>&lt;nnmi&gt;: 0 prints operations, 1 announces them, 2 is silent.</summary>
    public int Downlink { get; set; }

    /// <summary>&lt;nsmi&gt;: 1 prints +MIPLNSMI for each message that leaves.</summary>
    public int Uplink { get; set; }
}

/// <summary>What the rooms of one device instance share, besides the module's context.</summary>
/// <param name="Context">Of the module.</param>
/// <param name="Client">The LwM2M client of the instance.</param>
/// <param name="Indication">AT+MIPLNMI; it outlives the instance.</param>
/// <param name="FollowUps">Of the exchanges under way.</param>
sealed record MiplScope(ModuleContext Context, Lwm2mClient Client, MessageIndication Indication, FollowUps FollowUps)
{
    /// <summary>+MIPLNSMI shows seven bits of a message number (manual §4.3).</summary>
    const int NumberMask = 127;

    public TimeSpan Now => Context.Now;
    public Lwm2mDialect Dialect => Context.Options.Dialect;

    public bool Has(Quirk quirk) => Context.Has(quirk);

    public void Urc(string text) => Context.Output.Urc(text);

    /// <summary>Prints +MIPLEVENT and traces it.</summary>
    public void Event(MiplEvent number, int? parameter = null)
    {
        TraceEvent(number, parameter);
        Urc(EventLine(number, parameter));
    }

    public void TraceEvent(MiplEvent number, int? parameter) => Context.Trace("mipl", "event", "",
        parameter is { } value ? [("number", (int)number), ("parameter", value)] : [("number", (int)number)]);

    /// <summary>Asks for a +MIPLNSMI line when the exchange's datagram leaves, if AT+MIPLNMI wants one.</summary>
    public void AwaitDeparture(long exchange, long messageId)
    {
        if (Indication.Uplink == 1)
            FollowUps.AwaitDeparture(exchange, (int)(messageId & NumberMask));
    }

    /// <summary>Behind DTLS the module gives no release indication.</summary>
    public void AwaitRelease(long exchange, string flagText)
    {
        if (!Client.IsSecure)
            FollowUps.AwaitRelease(exchange, flagText);
    }

    public static string EventLine(MiplEvent number, int? parameter = null) =>
        parameter is null ? Text($"+MIPLEVENT:0,{(int)number}") : Text($"+MIPLEVENT:0,{(int)number},{parameter}");

    /// <summary>objid,insid,resid, with -1 for what the path leaves open.</summary>
    public static string Ids(ResourcePath path) => Text($"{path.Object},{path.InstanceOrAll},{path.ResourceOrAll}");

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
