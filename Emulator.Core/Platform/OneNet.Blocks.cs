using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    /// <summary>
    /// Asks block by block for the rest of a content that came as a first block (RFC 7959 §2.4, §2.6). False while more is to come and
    /// after a block that does not fit, which ends the call; else the response is whole.
    /// </summary>
    bool TryTakeWhole(TimeSpan now, Downlink downlink, ref CoapMessage response)
    {
        if (response.Block2 is not { } block || block is { Number: 0, More: false })
            return true;
        var blocks = downlink.Blocks ?? new Block2Collector();
        if (!blocks.TryAdd(response, block))
        {
            _context.Emit(new OneNetWarning(now, downlink.Session.Device.Imei, $"block {block} of {downlink.Path} does not follow the one before"));
            Answer(now, downlink.Call, ApiResult.Unsuccessful(CommandFailure.BadResponse));
            return false;
        }
        if (!block.More)
        {
            response = blocks.Whole;
            return true;
        }
        List<CoapOption> options = [CoapOptions.Block(CoapOptionNumber.Block2, Block2Collector.After(block))];
        if (downlink.Kind == DownlinkKind.Discover)
            options.Add(CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link));
        else if (downlink.Kind == DownlinkKind.Read)
            options.Add(CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Tlv));
        // One token for all blocks, as with writes; that of an observation stays its own.
        Send(now, downlink with { Blocks = blocks }, CoapCode.Get, options, token: downlink.IsObservation ? null : response.Token);
        return false;
    }
}
