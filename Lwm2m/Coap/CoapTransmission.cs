namespace M531x.Lwm2m.Coap;

/// <summary>Times that follow from the default transmission parameters (RFC 7252 §4.8.2).</summary>
public static class CoapTransmission
{
    /// <summary>EXCHANGE_LIFETIME: how long a CON's message id stays taken, and how long a separate response is waited for.</summary>
    public static readonly TimeSpan ExchangeLifetime = TimeSpan.FromSeconds(247);

    /// <summary>NON_LIFETIME: how long a NON's message id stays taken, and how long its response is waited for.</summary>
    public static readonly TimeSpan NonLifetime = TimeSpan.FromSeconds(145);
}
