using System.Globalization;

namespace M531x.Emulator.Core.Radio;

/// <content>
/// The mapping of the network's address translation behind the module's address: made by the first uplink, kept by traffic,
/// gone after silence. It stands between the network and the servers, so signalling and paging neither keep it nor end it.
/// </content>
sealed partial class RadioModel
{
    /// <summary>When silence ends the mapping; never while there is none that could age.</summary>
    TimeSpan _mappingEnds = TimeSpan.MaxValue;

    /// <summary>Silence after which the mapping is gone; null for never.</summary>
    TimeSpan? _ageing = options.IpAgeing;

    /// <summary>The mapping is gone: downlinks are lost, and the next uplink leaves from a new address and port.</summary>
    public bool IsAged { get; private set; }

    /// <summary>Ends the mapping at once. Nothing happens without an address or when it is gone already.</summary>
    public void AgeMapping() => EndMapping("at once, as told");

    void EndMapping(string why)
    {
        _mappingEnds = TimeSpan.MaxValue;
        if (Address is null || IsAged)
            return;
        IsAged = true;
        _events.Enqueue(new MappingAged(Address, why));
    }

    void EndDueMapping(TimeSpan now)
    {
        if (_mappingEnds <= now)
            EndMapping(string.Create(CultureInfo.InvariantCulture, $"no traffic for {_ageing!.Value.TotalSeconds:0.###} s"));
    }

    /// <summary>An uplink without a mapping makes a new one, with another address.</summary>
    void RenewMapping()
    {
        if (IsAged)
            AssignAddress();
    }

    void KeepMapping(TimeSpan now)
    {
        if (_ageing is { } idle)
            _mappingEnds = now + idle;
    }

    /// <summary>From now on the mapping is kept so long; null for ever.</summary>
    public void SetAgeing(TimeSpan now, TimeSpan? idle)
    {
        _ageing = idle;
        if (Address is null || IsAged)
            return;
        _mappingEnds = TimeSpan.MaxValue;
        KeepMapping(now);
    }

    void ForgetMapping()
    {
        IsAged = false;
        _mappingEnds = TimeSpan.MaxValue;
    }
}
