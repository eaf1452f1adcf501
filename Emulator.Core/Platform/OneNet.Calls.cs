using System.Security.Cryptography;
using System.Text;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    readonly SortedDictionary<long, PendingCall> _pending = [];
    long _calls;

    /// <summary>Takes an API call and returns its number; the answer comes through <see cref="TryTakeAnswer"/>, at once or later.</summary>
    public long Call(TimeSpan now, ApiRequest request)
    {
        _context.Now = now;
        var call = ++_calls;
        // Registered first: what the call sends finds its entry.
        var pending = _pending[call] = new PendingCall(request);
        var result = IsAuthorized(request) ? Route(now, call, pending) : ApiResult.AuthFailed();
        if (result is not null)
            Answer(now, call, result);
        Pump(now);
        return call;
    }

    /// <summary>Nobody waits for the call any more: no answer follows.</summary>
    public void CancelCall(long call)
    {
        if (_pending.Remove(call, out var pending))
            Withdraw(pending);
    }

    bool IsAuthorized(ApiRequest request) =>
        request.Header("api-key") is { } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(_options.ApiKey));

    /// <summary>Answers a call; the platform's own requests (call 0) and calls already answered pass.</summary>
    void Answer(TimeSpan now, long call, ApiResult result)
    {
        if (!_pending.Remove(call, out var pending))
            return;
        _answers.Enqueue(new ApiAnswer(call, result.Status, result.ToJson()));
        _context.Emit(new ApiCalled(now, call, pending.Request.Method, pending.Request.Path, result.Errno));
    }

    void ExpireCalls(TimeSpan now)
    {
        foreach (var (call, pending) in _pending.Where(p => p.Value.Deadline <= now).ToList())
        {
            Withdraw(pending);
            Answer(now, call, ApiResult.Unsuccessful(CommandFailure.TimedOut));
        }
    }

    /// <summary>Stops the request a call waits for. A late answer finds nobody.</summary>
    void Withdraw(PendingCall pending)
    {
        if (!_downlinks.Remove(pending.Exchange, out var downlink))
            return;
        downlink.Session.Exchanges.Remove(pending.Exchange);
        if (downlink.IsObservation)
            DropObservation(downlink.Session, downlink.Path);
        _endpoint.Cancel(pending.Exchange);
    }

    sealed class PendingCall(ApiRequest request)
    {
        public ApiRequest Request => request;
        public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

        /// <summary>The request to the device under way, 0 for none.</summary>
        public long Exchange { get; set; }
    }
}
