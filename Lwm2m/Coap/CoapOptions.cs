namespace M531x.Lwm2m.Coap;

/// <summary>Builds option values: unsigned integers in the fewest bytes (RFC 7252 §3.2), text as UTF-8.</summary>
public static class CoapOptions
{
    public static CoapOption UInt(int number, uint value) => throw new NotImplementedException();
    public static CoapOption Text(int number, string value) => throw new NotImplementedException();
    public static CoapOption Block(int number, CoapBlock block) => throw new NotImplementedException();
}
