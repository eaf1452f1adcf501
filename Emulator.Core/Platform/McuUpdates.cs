namespace M531x.Emulator.Core.Platform;

/// <summary>
/// Updates of MCU software over object 5 (OneNET's SOTA document for the M531X), one per device. An update outlives sessions: the device
/// restarts on the way, and may sleep.
/// </summary>
sealed class McuUpdates(OneNetContext context, Downlinks downlinks)
{
    /// <summary>More than the MCU of any M531X board has room for.</summary>
    public const int MaxPackageBytes = 256 * 1024;

    /// <summary>An update fails after this long without a response: a device may sleep, or have lost the network.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly Dictionary<DeviceRecord, RunningUpdate> _updates = [];

    /// <summary>When the next update fails for lack of a response.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            var next = TimeSpan.MaxValue;
            foreach (var running in _updates.Values)
                next = running.Deadline < next ? running.Deadline : next;
            return next;
        }
    }

    /// <summary>The device's last update, over or not; null for none.</summary>
    public McuUpdate? Find(DeviceRecord device) => _updates.GetValueOrDefault(device)?.Update;

    /// <summary>Starts an update. The caller has checked that none is under way.</summary>
    public McuUpdate Start(DeviceRecord device, ReadOnlyMemory<byte> package, string? version)
    {
        var running = _updates[device] = new RunningUpdate(device, new McuUpdate(package, version));
        Enter(running, McuUpdateStep.Begin);
        return running.Update;
    }

    /// <summary>Cancels the update of a device; false when none is under way.</summary>
    public bool TryCancel(DeviceRecord device)
    {
        if (FindRunning(device) is not { } running)
            return false;
        Finish(running, McuUpdateStep.Cancelled, "");
        return true;
    }

    /// <summary>The device has registered: after the restart of its MCU, or in the middle of an update.</summary>
    public void HandleRegistered(DeviceRecord device)
    {
        if (FindRunning(device) is { } running)
            Enter(running, running.Update.IsRestarting ? McuUpdateStep.BeginCheck : running.Update.Step);
    }

    /// <summary>The device has updated its registration: so it does after an MCU restarts alone.</summary>
    public void HandleUpdated(DeviceRecord device)
    {
        if (FindRunning(device) is { Update.IsRestarting: true } running)
            Enter(running, McuUpdateStep.BeginCheck);
    }

    /// <summary>The outcome of a downlink of an update.</summary>
    public void HandleOutcome(DownlinkOutcome outcome)
    {
        if (FindRunning(outcome.Downlink.Session.Device) is not { } running || running.Downlink != outcome.Downlink)
            return;
        running.Downlink = null;
        if (outcome.End == DownlinkEnd.Responded)
            running.Deadline = context.Now + Patience;
        switch (running.Update.Handle(outcome))
        {
            case { Move: McuUpdateMove.Ask }:
                Ask(running);
                break;
            case { Move: McuUpdateMove.Enter, Step: >= McuUpdateStep.Succeeded } end:
                Finish(running, end.Step, end.Reason);
                break;
            case { Move: McuUpdateMove.Enter } next:
                Enter(running, next.Step);
                break;
        }
    }

    public void HandleTimeout()
    {
        foreach (var running in _updates.Values.Where(u => u.Deadline <= context.Now).ToList())
            Finish(running, McuUpdateStep.Failed, $"nothing from the device for {Patience.TotalMinutes} minutes");
    }

    /// <summary>The device is being deleted.</summary>
    public void Remove(DeviceRecord device)
    {
        if (FindRunning(device) is { } running)
            Finish(running, McuUpdateStep.Cancelled, "the device was deleted");
        _updates.Remove(device);
    }

    RunningUpdate? FindRunning(DeviceRecord device) =>
        _updates.TryGetValue(device, out var running) && !running.Update.IsOver ? running : null;

    void Enter(RunningUpdate running, McuUpdateStep step)
    {
        Withdraw(running);
        running.Update.Enter(step, context.NewToken);
        running.Deadline = context.Now + Patience;
        context.Emit(new McuUpdateMoved(context.Now, running.Device.Imei, step, ""));
        Ask(running);
    }

    /// <summary>Sends the request of the step; an offline device gets it when it registers.</summary>
    void Ask(RunningUpdate running)
    {
        if (running.Device.Session is { } session && running.Update.NextCommand() is { } command)
            running.Downlink = downlinks.Send(session, command, new DownlinkOwner(DownlinkOwnerKind.McuUpdate));
    }

    void Finish(RunningUpdate running, McuUpdateStep step, string reason)
    {
        Withdraw(running);
        running.Update.Finish(step, reason);
        running.Deadline = TimeSpan.MaxValue;
        context.Emit(new McuUpdateMoved(context.Now, running.Device.Imei, step, reason));
    }

    void Withdraw(RunningUpdate running)
    {
        downlinks.Withdraw(running.Downlink);
        running.Downlink = null;
    }

    sealed class RunningUpdate(DeviceRecord device, McuUpdate update)
    {
        public DeviceRecord Device => device;
        public McuUpdate Update => update;

        /// <summary>When it fails if no response comes until then.</summary>
        public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

        /// <summary>The request under way; null for none.</summary>
        public Downlink? Downlink { get; set; }
    }
}
