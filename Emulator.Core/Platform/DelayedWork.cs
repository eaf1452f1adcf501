using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>Work that a fault delays.</summary>
abstract record Delayed;

/// <summary>A request to the bootstrap server.</summary>
sealed record DelayedBootstrap(CoapRequestReceived Request) : Delayed;

/// <summary>A request to the LwM2M server.</summary>
sealed record DelayedRequest(CoapRequestReceived Request) : Delayed;

/// <summary>A Register.</summary>
sealed record DelayedRegister(RegistrationAsked Asked) : Delayed;

/// <summary>Work that the faults separate-response and register-slow delay, in order of time.</summary>
sealed class DelayedWork(OneNetContext context)
{
    readonly PriorityQueue<Delayed, (TimeSpan At, long Order)> _queue = new();
    long _sequence;

    public TimeSpan NextDeadline => _queue.TryPeek(out _, out var at) ? at.At : TimeSpan.MaxValue;

    /// <summary>Acknowledges a request at once and delays its answer, by the fault separate-response. False without the fault.</summary>
    public bool TryDelay(CoapEndpoint endpoint, CoapRequestReceived received, Func<CoapRequestReceived, Delayed> later)
    {
        if (!context.TryTrigger("separate-response", received.Request.ToString(), out var fault))
            return false;
        endpoint.Acknowledge(context.Now, received.Exchange);
        Add(fault.Duration("delay"), later(received));
        return true;
    }

    /// <summary>Delays the answer to a Register, by the fault register-slow. False without the fault.</summary>
    public bool TryDelay(RegistrationAsked asked)
    {
        if (!context.TryTrigger("register-slow", asked.Endpoint, out var fault))
            return false;
        Add(fault.Duration("delay"), new DelayedRegister(asked));
        return true;
    }

    public bool TryTakeDue(out Delayed delayed)
    {
        delayed = null!;
        return NextDeadline <= context.Now && _queue.TryDequeue(out delayed!, out _);
    }

    void Add(TimeSpan delay, Delayed delayed) => _queue.Enqueue(delayed, (context.Now + delay, _sequence++));
}
