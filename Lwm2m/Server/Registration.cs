using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Server;

/// <summary>A client that is registered now.</summary>
public sealed class Registration
{
    /// <summary>Last segment of the location, as in <c>/rd/5f3a9c01</c>.</summary>
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required CoapPeer Peer { get; set; }

    /// <summary>Seconds from each Register or Update until the client counts as gone.</summary>
    public required long Lifetime { get; set; }
    public string Binding { get; set; } = "U";
    public string? Version { get; set; }
    public string? Sms { get; set; }
    public string Root { get; set; } = "";

    /// <summary>Registered objects in ascending order; object 0 is among them if the client lists it.</summary>
    public IReadOnlyList<RegisteredObject> Objects { get; set; } = [];
    public TimeSpan ExpiresAt { get; set; }

    /// <summary>True when the client registered with these links.</summary>
    public bool Has(int objectId, int instance) =>
        Objects.Any(o => o.Object == objectId && o.Instances.Contains(instance));

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
