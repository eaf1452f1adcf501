using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>Requests the platform sends to a device.</summary>
enum DownlinkKind
{
    Observe,
    CancelObserve,
    Discover,
    Read,
    Write,
    WriteAttributes,
    Execute,
}

/// <summary>A request to a device as data, without a device and without a time: it can be stored and sent on a later session.</summary>
/// <param name="Kind">What the request is.</param>
/// <param name="Path">Its target below the client's root.</param>
/// <param name="Method">CoAP method.</param>
/// <param name="Options">CoAP options without Uri-Path.</param>
/// <param name="Body">Payload; a long one goes out in blocks.</param>
sealed record DownlinkCommand(
    DownlinkKind Kind, ResourcePath Path, CoapCode Method, IReadOnlyList<CoapOption> Options, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>Attributes that go out before the Observe, such as "pmin=10".</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Null lets the message layer draw one.</summary>
    public ReadOnlyMemory<byte>? Token { get; init; }

    /// <summary>The owner repeats the request in a message of its own when no response comes.</summary>
    public bool IsRepeatedByOwner { get; init; }

    public static DownlinkCommand Read(ResourcePath path) =>
        new(DownlinkKind.Read, path, CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Tlv)]);

    public static DownlinkCommand Discover(ResourcePath path) =>
        new(DownlinkKind.Discover, path, CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link)]);

    public static DownlinkCommand Observe(ResourcePath path, params IReadOnlyList<string> attributes) =>
        new(DownlinkKind.Observe, path, CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Observe, 0)]) { Attributes = attributes };

    /// <summary>Observe 1 on the observation's token; the device answers 4.04 when it has no such observation.</summary>
    public static DownlinkCommand CancelObserve(ResourcePath path) =>
        new(DownlinkKind.CancelObserve, path, CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Observe, 1)]);

    /// <summary>PUT replaces an instance, POST updates it (LwM2M 1.0 §5.4.3).</summary>
    public static DownlinkCommand Write(ResourcePath path, CoapCode method, ReadOnlyMemory<byte> tlv) =>
        new(DownlinkKind.Write, path, method, [FormatOf(CoapContentFormat.Tlv)], tlv);

    public static DownlinkCommand Execute(ResourcePath path, ReadOnlyMemory<byte> arguments = default) =>
        new(DownlinkKind.Execute, path, CoapCode.Post, arguments.IsEmpty ? [] : [FormatOf(CoapContentFormat.Text)], arguments);

    /// <summary>One block of a package, or with no block an empty package.</summary>
    public static DownlinkCommand WritePackage(
        ResourcePath path, ReadOnlyMemory<byte> token, CoapBlock? block = null, ReadOnlyMemory<byte> bytes = default)
    {
        List<CoapOption> options = [FormatOf(CoapContentFormat.OctetStream)];
        if (block is { } one)
            options.Add(CoapOptions.Block(CoapOptionNumber.Block1, one));
        return new DownlinkCommand(DownlinkKind.Write, path, CoapCode.Put, options, bytes) { Token = token };
    }

    static CoapOption FormatOf(int format) => CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format);
}
