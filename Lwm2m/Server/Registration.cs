using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Server;

/// <summary>A client that is registered now.</summary>
public sealed class Registration(CoapPeer peer)
{
    /// <summary>Last segment of the location, as in <c>/rd/5f3a9c01</c>.</summary>
    public required string Id { get; init; }
    public required string Endpoint { get; init; }

    /// <summary>Where the client last registered or updated.</summary>
    public CoapPeer Peer { get; internal set; } = peer;

    /// <summary>Seconds from each Register or Update until the client counts as gone.</summary>
    public long Lifetime { get; private set; } = RegistrationParameters.DefaultLifetime;
    public string Binding { get; private set; } = "U";
    public string? Version { get; private set; }
    public string? Sms { get; private set; }

    /// <summary>Path before the objects; empty as a rule.</summary>
    public string Root { get; private set; } = "";

    /// <summary>Registered objects in ascending order; object 0 is among them if the client lists it.</summary>
    public IReadOnlyList<RegisteredObject> Objects { get; private set; } = [];
    public TimeSpan ExpiresAt { get; private set; }

    /// <summary>The deadline that stands in the server's queue for it; an Update that ends later leaves it there.</summary>
    internal TimeSpan ScheduledAt { get; set; } = TimeSpan.MaxValue;

    internal void Apply(TimeSpan now, RegistrationParameters parameters)
    {
        Lifetime = parameters.Lifetime ?? Lifetime;
        Binding = parameters.Binding ?? Binding;
        Version = parameters.Version ?? Version;
        Sms = parameters.Sms ?? Sms;
        if (parameters.Objects is { } objects)
        {
            Objects = objects;
            Root = parameters.Root;
        }
        ExpiresAt = now + TimeSpan.FromSeconds(Lifetime);
    }
}
