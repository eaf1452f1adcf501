namespace M531x.Emulator.Core.Platform;

/// <summary>Who set a key.</summary>
enum KeySource
{
    None,

    /// <summary>The module uses it, and nobody said otherwise.</summary>
    Adopted,

    /// <summary>A bootstrap made it; it is valid for a month (manual §5.4.2.4).</summary>
    Granted,

    /// <summary>The HTTP API, or the list of devices at the start.</summary>
    Given,
}

/// <summary>The PSK of a device towards one of the two servers. It never shows in <see cref="ToString"/>.</summary>
sealed class DeviceKey
{
    /// <summary>How long a key that a bootstrap made is valid (manual §5.4.2.4: one month).</summary>
    public static readonly TimeSpan GrantLifetime = TimeSpan.FromDays(30);

    /// <summary>Keys of former bootstraps that are remembered as such.</summary>
    const int MaxGranted = 64;

    readonly Queue<string> _granted = [];

    public string? Value { get; private set; }
    public KeySource Source { get; private set; }

    /// <summary>The PSK identity that goes with the key, besides the IMEI; null for none.</summary>
    public string? Identity { get; private set; }
    public TimeSpan ExpiresAt { get; private set; } = TimeSpan.MaxValue;

    public bool IsValid(TimeSpan now) => Value is not null && now < ExpiresAt;

    public void Give(string? key)
    {
        if (key is not null)
            Set(key, KeySource.Given, null, TimeSpan.MaxValue);
    }

    public void Grant(TimeSpan now, string identity, string key)
    {
        Set(key, KeySource.Granted, identity, now + GrantLifetime);
        _granted.Enqueue(key);
        if (_granted.Count > MaxGranted)
            _granted.Dequeue();
    }

    /// <summary>Takes over the key that the module uses, unless somebody has given one. A granted key does not come to life again by being used.</summary>
    public bool TryAdopt(string identity, string key)
    {
        if (Source == KeySource.Given || _granted.Contains(key))
            return false;
        Set(key, KeySource.Adopted, identity, TimeSpan.MaxValue);
        return true;
    }

    public override string ToString() => $"{Source} key";

    void Set(string key, KeySource source, string? identity, TimeSpan expiresAt) => (Value, Source, Identity, ExpiresAt) = (key, source, identity, expiresAt);
}
