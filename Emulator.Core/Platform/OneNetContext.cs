using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Platform;

/// <summary>What the parts of the platform share: settings, time, randomness, faults and the events that leave.</summary>
/// <param name="options">Settings.</param>
/// <param name="random">Source of tokens and device ids.</param>
/// <param name="secureRandom">Source of keys and of DTLS.</param>
sealed class OneNetContext(OneNetOptions options, SeededRandom random, RandomFill secureRandom)
{
    /// <summary>Length of a CoAP token of the platform, in bytes.</summary>
    public const int TokenLength = 8;

    readonly Queue<OneNetEvent> _events = new();
    TimeSpan _skew;

    public OneNetOptions Options => options;
    public SeededRandom Random => random;
    public RandomFill SecureRandom => secureRandom;

    /// <summary>Core time of the call under way. <see cref="OneNet"/> alone sets it, once per call.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>The platform's own clock: right, except under the fault clock-skew.</summary>
    public DateTimeOffset Clock => options.Epoch + Now + _skew;

    /// <summary>Sets how far the platform's clock is ahead; negative for behind.</summary>
    public void SkewClock(TimeSpan by) => _skew = by;

    public void Emit(OneNetEvent oneNetEvent) => _events.Enqueue(oneNetEvent);

    public bool TryTakeEvent(out OneNetEvent oneNetEvent) => _events.TryDequeue(out oneNetEvent!);

    /// <summary>The earliest of several deadlines; <see cref="TimeSpan.MaxValue"/> stands for never.</summary>
    public static TimeSpan Earliest(params ReadOnlySpan<TimeSpan> deadlines)
    {
        var earliest = TimeSpan.MaxValue;
        foreach (var deadline in deadlines)
            earliest = deadline < earliest ? deadline : earliest;
        return earliest;
    }

    public byte[] NewToken()
    {
        var token = new byte[TokenLength];
        random.Fill(token);
        return token;
    }

    /// <summary>Whether a fault of a type acts now on a subject, see <see cref="FaultSet.Fires"/>.</summary>
    public bool TryTrigger(string type, string subject, out ActiveFault fault, Func<ActiveFault, bool>? when = null)
    {
        fault = null!;
        return options.Faults is { IsEmpty: false } faults && faults.Fires(Now, type, FaultDirection.Up, subject, out fault, when);
    }
}
