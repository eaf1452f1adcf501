using System.Globalization;

namespace M531x.Lwm2m.Coap;

/// <summary>Method or response code, class and detail in one byte (RFC 7252 §12.1).</summary>
public readonly record struct CoapCode(byte Value)
{
    public static readonly CoapCode Empty = new(0);
    public static readonly CoapCode Get = new(1);
    public static readonly CoapCode Post = new(2);
    public static readonly CoapCode Put = new(3);
    public static readonly CoapCode Delete = new(4);

    public static readonly CoapCode Created = new(0x41);
    public static readonly CoapCode Deleted = new(0x42);
    public static readonly CoapCode Valid = new(0x43);
    public static readonly CoapCode Changed = new(0x44);
    public static readonly CoapCode Content = new(0x45);
    public static readonly CoapCode Continue = new(0x5F);

    public static readonly CoapCode BadRequest = new(0x80);
    public static readonly CoapCode Unauthorized = new(0x81);
    public static readonly CoapCode BadOption = new(0x82);
    public static readonly CoapCode Forbidden = new(0x83);
    public static readonly CoapCode NotFound = new(0x84);
    public static readonly CoapCode MethodNotAllowed = new(0x85);
    public static readonly CoapCode NotAcceptable = new(0x86);
    public static readonly CoapCode RequestEntityIncomplete = new(0x88);
    public static readonly CoapCode PreconditionFailed = new(0x8C);
    public static readonly CoapCode RequestEntityTooLarge = new(0x8D);
    public static readonly CoapCode UnsupportedContentFormat = new(0x8F);

    public static readonly CoapCode InternalServerError = new(0xA0);
    public static readonly CoapCode NotImplemented = new(0xA1);
    public static readonly CoapCode ServiceUnavailable = new(0xA3);
    public static readonly CoapCode GatewayTimeout = new(0xA4);
    public static readonly CoapCode ProxyingNotSupported = new(0xA5);

    public int Class => Value >> 5;
    public int Detail => Value & 0x1F;
    public bool IsEmpty => Value == 0;
    public bool IsRequest => Class == 0 && Value != 0;
    public bool IsResponse => Class is 2 or 4 or 5;
    public bool IsSuccess => Class == 2;

    /// <summary>The dotted form, such as 2.05.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Detail:00}");
}
