using System.Globalization;
using System.Net;
using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

public sealed partial class Lwm2mClient
{
    /// <summary>Starts a session: bootstrap first if the account says so and no earlier bootstrap is remembered.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="account">The server to start with.</param>
    /// <param name="lifetime">Lifetime of the registration.</param>
    /// <param name="timeout">Limit for bootstrap and Register together (manual §1.6).</param>
    /// <param name="delay">Passes before anything is sent, within the limit.</param>
    public void Open(TimeSpan now, ServerAccount account, TimeSpan lifetime, TimeSpan timeout, TimeSpan delay = default)
    {
        if (State != ClientState.Idle)
            throw new InvalidOperationException($"Open in state {State}");
        _lifetime = lifetime;
        _openTimeout = timeout;
        _timers.StopAll(); // a pending return from Disable
        _account = account.IsBootstrap && _bootstrapped is not null ? _bootstrapped : account;
        Reopen(now, delay);
    }

    /// <summary>Sends an Update. Returns false while one is under way or without a registration.</summary>
    public bool Update(TimeSpan now, TimeSpan? lifetime, bool withObjects)
    {
        if (State != ClientState.Registered)
            return false;
        _lifetime = lifetime ?? _lifetime;
        SendUpdate(now, withObjects, automatic: false);
        return true;
    }

    /// <summary>Sends an Update at once, or after the one under way, on behalf of the server.</summary>
    public void UpdateWhenFree(TimeSpan now, TimeSpan? lifetime)
    {
        _lifetime = lifetime ?? _lifetime;
        if (State == ClientState.Registered)
            SendUpdate(now, withObjects: false, automatic: false);
        else
            _updateAgain = State == ClientState.AwaitUpdateResponse;
    }

    /// <summary>Deregisters, or gives up a registration under way (which yields <see cref="Deregistered"/> at once).</summary>
    public void Close(TimeSpan now)
    {
        if (IsOpening)
        {
            EndSession("closed while opening", now);
            Tell(new Deregistered(Reopens: false));
        }
        else if (IsRegistered)
        {
            SendDeregister(now, awaitAnswer: !_options.DeregistersOnSend);
        }
    }

    /// <summary>Drops the session at once; the server is told nothing.</summary>
    public void Abort(string why)
    {
        _reopenAfterClose = null;
        EndSession(why);
    }

    /// <summary>Sends Deregister and drops the session at once: no answer is awaited and no event told.</summary>
    public void Leave(TimeSpan now, string why)
    {
        _reopenAfterClose = null;
        if (IsRegistered)
            SendDeregister(now, awaitAnswer: true);
        EndSession(why, now);
    }

    /// <summary>Deregisters and registers again after a while (Disable, LwM2M 1.0 §E.2 resource 4).</summary>
    public void Disable(TimeSpan now, TimeSpan duration)
    {
        if (!IsRegistered)
            return;
        _reopenAfterClose = duration;
        SendDeregister(now, awaitAnswer: !_options.DeregistersOnSend);
    }

    void Reopen(TimeSpan now, TimeSpan delay = default)
    {
        _timers.Set(Timer.Open, now + _openTimeout);
        Resolve(now, _account!, delay);
    }

    void Resolve(TimeSpan now, ServerAccount account, TimeSpan delay = default)
    {
        _account = account;
        MoveTo(account.IsBootstrap ? ClientState.ResolveBootstrapServer : ClientState.ResolveServer, $"server {account.Address}");
        if (delay > TimeSpan.Zero)
            _timers.Set(Timer.Begin, now + delay);
        else
            Begin(now);
    }

    void Begin(TimeSpan now)
    {
        var account = _account!;
        if (account.Address.UsesDtls && account.Psk is null)
            FailOpen(now, ClientFailure.SecurityUnavailable, null);
        else if (IPAddress.TryParse(account.Address.Host, out var address))
            Connect(now, address);
        else
            Tell(new ResolveRequested(account.Address.Host));
    }

    void Connect(TimeSpan now, IPAddress address)
    {
        CloseSecure(now); // the bootstrap server's
        var secure = _account!.Address.UsesDtls;
        var peer = new CoapPeer(new IPEndPoint(address, _account.Address.Port), secure ? ++_associations : 0);
        if (_account.IsBootstrap)
            _bootstrapPeer = peer;
        else
            _peer = peer;
        if (secure)
            StartSecure(now, peer);
        else if (_account.IsBootstrap)
            SendBootstrapRequest(now);
        else
            SendRegister(now);
    }

    void SendRegister(TimeSpan now)
    {
        _lifetimeAsked = _lifetime;
        List<CoapOption> options = [CoapOptions.Text(CoapOptionNumber.UriPath, "rd"), CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Link)];
        if (_options.Dialect == Lwm2mDialect.Lwm2m)
            options.Add(Query("lwm2m=1.0"));
        options.AddRange([Query($"ep={_options.EndpointName}"), Query($"b={_options.Binding}"), LifetimeQuery()]);
        AddAuthCode(options);
        SendOwn(now, _peer!, new CoapRequest(CoapCode.Post, options, ObjectLinks()));
        MoveTo(ClientState.AwaitRegisterResponse, "Register sent");
    }

    void SendUpdate(TimeSpan now, bool withObjects, bool automatic)
    {
        var clean = _options.Dialect == Lwm2mDialect.Lwm2m;
        List<CoapOption> options = [.. LocationOptions()];
        if (withObjects && clean)
            options.Add(CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Link));
        // OneNET's client always repeats lt; LwM2M 1.0 §5.3.2 sends what changed.
        if (!clean || _lifetime != _lifetimeAgreed)
            options.Add(LifetimeQuery());
        AddAuthCode(options);
        _lifetimeAsked = _lifetime;
        _updateIsAutomatic = automatic;
        _updateAgain = false;
        SendOwn(now, _peer!, new CoapRequest(CoapCode.Post, options, withObjects ? ObjectLinks() : default));
        MoveTo(ClientState.AwaitUpdateResponse, automatic ? "automatic Update sent" : "Update sent");
    }

    void SendDeregister(TimeSpan now, bool awaitAnswer)
    {
        List<CoapOption> options = [.. LocationOptions()];
        AddAuthCode(options);
        EndObservations();
        _pending.Clear();
        _timers.StopAll();
        if (_exchange != 0)
            _coap.Cancel(_exchange);
        _secure?.ForgetCached(); // in cache mode the close takes the place of all that waits (manual §2.7)
        SendOwn(now, _peer!, new CoapRequest(CoapCode.Delete, options, default));
        MoveTo(ClientState.AwaitDeregisterResponse, "Deregister sent");
        if (!awaitAnswer)
            FinishDeregister(now, succeeded: true);
    }

    /// <summary>Sends a request of the client's own: one at a time, its exchange in <see cref="_exchange"/>.</summary>
    void SendOwn(TimeSpan now, CoapPeer to, CoapRequest request)
    {
        _lastRequest = (to, request);
        _retries = 0;
        _exchange = _coap.SendRequest(now, to, request);
    }

    /// <summary>China Mobile's client takes 4.01 for no answer and sends the request again, as often as it retransmits.</summary>
    bool RetriesAfter(TimeSpan now, CoapCode code)
    {
        if (_options.Dialect != Lwm2mDialect.OneNet || code != CoapCode.Unauthorized || _retries >= MaxRetries)
            return false;
        _timers.Set(Timer.Retry, now + FirstRetry * (1 << _retries++));
        return true;
    }

    void Retry(TimeSpan now)
    {
        if (_lastRequest is { } last)
            _exchange = _coap.SendRequest(now, last.To, last.Request);
    }

    void HandleResponse(TimeSpan now, CoapMessage response)
    {
        _exchange = 0;
        if (RetriesAfter(now, response.Code))
            return;
        switch (State)
        {
            case ClientState.AwaitBootstrapResponse when response.Code == CoapCode.Changed:
                MoveTo(ClientState.AwaitBootstrapFinish, "bootstrap request accepted");
                break;
            case ClientState.AwaitRegisterResponse when response.Code == CoapCode.Created && response.LocationPath.Count > 0:
                _location = response.LocationPath;
                RestartLifetime(now);
                MoveTo(ClientState.Registered, "registered");
                Tell(new Registered(string.Join('/', _location)));
                break;
            case ClientState.AwaitUpdateResponse:
                HandleUpdateResponse(now, response.Code);
                break;
            case ClientState.AwaitDeregisterResponse:
                FinishDeregister(now, response.Code == CoapCode.Deleted);
                break;
            case ClientState.AwaitBootstrapResponse or ClientState.AwaitRegisterResponse:
                FailOpen(now, ClientFailure.Refused, response.Code);
                break;
        }
    }

    void HandleUpdateResponse(TimeSpan now, CoapCode code)
    {
        if (code == CoapCode.Changed)
        {
            RestartLifetime(now);
            MoveTo(ClientState.Registered, "updated");
            Tell(new UpdateSucceeded(_updateIsAutomatic));
            if (_updateAgain)
                SendUpdate(now, withObjects: false, automatic: false);
        }
        else if (code == CoapCode.NotFound && _options.Dialect == Lwm2mDialect.Lwm2m)
        {
            EndObservations();
            _timers.StopAll();
            _timers.Set(Timer.Open, now + _openTimeout);
            SendRegister(now);
        }
        else if (code == CoapCode.NotFound)
        {
            EndSession("server does not know the registration", now);
            Tell(new DeletedByServer());
        }
        else if (_updateIsAutomatic)
        {
            // The module makes one attempt and lets the lifetime run out (manual §2.4).
            MoveTo(ClientState.Registered, $"automatic Update refused with {code}");
        }
        else
        {
            EndSession($"Update refused with {code}", now);
            Tell(new UpdateRefused(code));
        }
    }

    void HandleFailure(TimeSpan now, CoapFailure reason)
    {
        _exchange = 0;
        switch (State)
        {
            case ClientState.AwaitUpdateResponse:
                MoveTo(ClientState.Registered, $"Update failed: {reason}");
                if (!_updateIsAutomatic)
                    Tell(new UpdateTimedOut());
                break;
            case ClientState.AwaitDeregisterResponse:
                FinishDeregister(now, succeeded: false);
                break;
            case ClientState.AwaitBootstrapResponse or ClientState.AwaitRegisterResponse:
                FailOpen(now, reason == CoapFailure.Reset ? ClientFailure.Reset : ClientFailure.Timeout, null);
                break;
        }
    }

    void FinishDeregister(TimeSpan now, bool succeeded)
    {
        EndSession(succeeded ? "deregistered" : "Deregister failed", now);
        var delay = _reopenAfterClose;
        _reopenAfterClose = null;
        Tell(succeeded ? new Deregistered(Reopens: delay is not null) : new DeregisterFailed());
        if (delay is not null)
            _timers.Set(Timer.Reopen, now + delay.Value);
    }

    void FailOpen(TimeSpan now, ClientFailure reason, CoapCode? code)
    {
        var inBootstrap = State < ClientState.ResolveServer;
        EndSession($"{(inBootstrap ? "bootstrap" : "registration")} failed: {reason}{(code is null ? "" : $" {code}")}", now);
        Tell(new OpenFailed(inBootstrap, reason, code));
        if (inBootstrap || _options.RegisterRetryDelay is not { } delay)
            return;
        MoveTo(ClientState.AwaitRegisterRetry, "registration is tried again");
        _timers.Set(Timer.Reopen, now + delay);
    }

    void RestartLifetime(TimeSpan now)
    {
        _lifetimeAgreed = _lifetimeAsked;
        _timers.Stop(Timer.Open);
        _timers.Set(Timer.Lifetime, now + _lifetimeAgreed);
        if (AutomaticUpdate && _lifetimeAgreed >= AutomaticUpdateMinLifetime)
            _timers.Set(Timer.AutomaticUpdate, now + _lifetimeAgreed - AutomaticUpdateMargin);
        else
            _timers.Stop(Timer.AutomaticUpdate);
    }

    /// <summary>The registration's link list (LwM2M 1.0 §5.3.1); OneNET's client lists the security instances too.</summary>
    byte[] ObjectLinks()
    {
        List<ResourcePath> paths = [];
        if (_options.Dialect == Lwm2mDialect.OneNet && !_options.OmitsSecurityLinks)
        {
            paths.Add(new ResourcePath(0, 0));
            if (_bootstrapped is not null)
                paths.Add(new ResourcePath(0, 1));
        }
        paths.AddRange(Objects.Links());
        var root = new Link("/", [new KeyValuePair<string, string?>("rt", "oma.lwm2m")]);
        return Encoding.ASCII.GetBytes(LinkFormat.Write([root, .. paths.Select(p => new Link(p.ToString(), []))]));
    }

    IEnumerable<CoapOption> LocationOptions() => _location.Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s));

    CoapOption LifetimeQuery() => Query(string.Create(CultureInfo.InvariantCulture, $"lt={(long)_lifetime.TotalSeconds}"));

    void AddAuthCode(List<CoapOption> options)
    {
        if (_options.Dialect == Lwm2mDialect.OneNet && !string.IsNullOrEmpty(_account?.AuthCode))
            options.Add(CoapOptions.Text(CoapOptionNumber.AuthCode, _account.AuthCode));
    }

    static CoapOption Query(string text) => CoapOptions.Text(CoapOptionNumber.UriQuery, text);
}
