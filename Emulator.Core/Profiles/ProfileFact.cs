namespace M531x.Emulator.Core.Profiles;

/// <summary>How well a fact about a module is supported.</summary>
enum Evidence
{
    /// <summary>In the manual or another publication of China Mobile.</summary>
    Documented,

    /// <summary>Seen in public captures, or relied on by public drivers.</summary>
    Seen,

    /// <summary>No public evidence: a guess that keeps known drivers working.</summary>
    Assumed,
}

/// <summary>One fact of a profile: what it says, how well it is supported, and by what.</summary>
sealed record ProfileFact(string Item, string Value, Evidence Evidence, string Source);
