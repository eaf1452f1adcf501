namespace M531x.Emulator.Core.Platform;

/// <summary>Where a key comes from.</summary>
enum KeySource
{
    None,

    /// <summary>The module uses it; the device had no other.</summary>
    Adopted,

    /// <summary>A bootstrap made it; it is valid for a month (manual §5.4.2.4).</summary>
    Granted,

    /// <summary>The HTTP API, or the list of devices at the start.</summary>
    Assigned,
}

/// <summary>The PSK of a device for one of the two servers. <see cref="ToString"/> never shows it.</summary>
sealed class DeviceKey
{
    /// <summary>How long a key that a bootstrap made is valid (manual §5.4.2.4: one month).</summary>
    public static readonly TimeSpan GrantLifetime = TimeSpan.FromDays(30);

    /// <summary>Number of former granted keys kept: a module that uses one again does not renew it.</summary>
    const int MaxGranted = 64;

    readonly Queue<string> _granted = [];

    public string? Value { get; private set; }
    public KeySource Source { get; private set; }

    /// <summary>The PSK identity of the key besides the IMEI; null for none.</summary>
    public string? Identity { get; private set; }
    public TimeSpan ExpiresAt { get; private set; } = TimeSpan.MaxValue;

    public bool IsValid(TimeSpan now) => Value is not null && now < ExpiresAt;

    /// <summary>Sets the key; null leaves it.</summary>
    public void Assign(string? key)
    {
        if (key is not null)
            Set(key, KeySource.Assigned, null, TimeSpan.MaxValue);
    }

    public void Grant(TimeSpan now, string identity, string key)
    {
        Set(key, KeySource.Granted, identity, now + GrantLifetime);
        _granted.Enqueue(key);
        if (_granted.Count > MaxGranted)
            _granted.Dequeue();
    }

    /// <summary>Sets the key that the module uses. False when a key is assigned, or when a bootstrap granted this one before.</summary>
    public bool TryAdopt(string identity, string key)
    {
        if (Source == KeySource.Assigned || _granted.Contains(key))
            return false;
        Set(key, KeySource.Adopted, identity, TimeSpan.MaxValue);
        return true;
    }

    public override string ToString() => $"{Source} key";

    void Set(string key, KeySource source, string? identity, TimeSpan expiresAt) =>
        (Value, Source, Identity, ExpiresAt) = (key, source, identity, expiresAt);
}
