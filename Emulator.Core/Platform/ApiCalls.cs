namespace M531x.Emulator.Core.Platform;

/// <summary>API calls from their arrival to their answer. Each ends once: answered, timed out or cancelled.</summary>
sealed class ApiCalls(OneNetContext context)
{
    readonly SortedDictionary<long, PendingCall> _pending = [];
    readonly Queue<ApiAnswer> _answers = new();
    long _last;

    /// <summary>When the next waiting call times out.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            var next = TimeSpan.MaxValue;
            foreach (var call in _pending.Values)
                next = call.Deadline < next ? call.Deadline : next;
            return next;
        }
    }

    /// <summary>Registers a call and returns its number.</summary>
    public long Begin(ApiRequest request)
    {
        _pending[++_last] = new PendingCall(request);
        return _last;
    }

    /// <summary>The call waits for a downlink's outcome. A fault may shorten the wait for a read.</summary>
    public void Await(long call, Downlink downlink, TimeSpan timeout)
    {
        if (downlink.Kind == DownlinkKind.Read && context.TryTrigger("read-timeout", downlink.Path.ToString(), out var early))
            timeout = early.Duration("time") < timeout ? early.Duration("time") : timeout;
        (_pending[call].Downlink, _pending[call].Deadline) = (downlink, context.Now + timeout);
    }

    /// <summary>Answers a call; one that has ended is ignored.</summary>
    public void Answer(long call, ApiResult result)
    {
        if (!_pending.Remove(call, out var pending))
            return;
        _answers.Enqueue(new ApiAnswer(call, result.Status, result.ToJson()));
        context.Emit(new ApiCalled(context.Now, call, pending.Request.Method, pending.Request.Path, result.Errno));
    }

    public bool TryTakeAnswer(out ApiAnswer answer) => _answers.TryDequeue(out answer!);

    /// <summary>Ends a call without an answer. Returns the downlink that it waited for.</summary>
    public Downlink? Cancel(long call) => _pending.Remove(call, out var pending) ? pending.Downlink : null;

    /// <summary>Answers the next call whose time is over. Returns the downlink that it waited for.</summary>
    public bool TryExpire(out Downlink? downlink)
    {
        foreach (var (call, pending) in _pending)
        {
            if (pending.Deadline > context.Now)
                continue;
            downlink = pending.Downlink;
            Answer(call, ApiResult.Unsuccessful(CommandFailure.TimedOut));
            return true;
        }
        downlink = null;
        return false;
    }

    sealed class PendingCall(ApiRequest request)
    {
        public ApiRequest Request => request;
        public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

        /// <summary>Null until the call waits for a device.</summary>
        public Downlink? Downlink { get; set; }
    }
}
