using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

enum McuUpdateMove
{
    /// <summary>The request of the step goes out: the next block, or the same again.</summary>
    Ask,

    /// <summary>The update enters another step.</summary>
    Enter,

    /// <summary>Nothing: the device's next registration continues it, or its deadline ends it.</summary>
    Wait,
}

/// <summary>What follows the outcome of a request of an MCU update.</summary>
/// <param name="Step">The step to enter.</param>
/// <param name="Reason">Why the update failed; otherwise empty.</param>
readonly record struct McuUpdateDecision(McuUpdateMove Move, McuUpdateStep Step = default, string Reason = "")
{
    public static McuUpdateDecision Enter(McuUpdateStep step) => new(McuUpdateMove.Enter, step);

    public static McuUpdateDecision Fail(string reason) => new(McuUpdateMove.Enter, McuUpdateStep.Failed, reason);
}

/// <summary>
/// The update of one MCU's software as a state machine over the steps of <see cref="McuUpdateStep"/>. <see cref="NextCommand"/> is the
/// request of a step; <see cref="Handle"/> decides by its outcome what follows.
/// </summary>
/// <param name="package">What is written to 5/0/0.</param>
/// <param name="version">What 3/0/19 must say after the update; null for anything.</param>
sealed class McuUpdate(ReadOnlyMemory<byte> package, string? version)
{
    public const int FirmwareObject = 5;

    const int MaxRestarts = 3;
    const int InitialResult = 0;
    const int SuccessResult = 1;

    static readonly ResourcePath PackagePath = new(FirmwareObject, 0, 0);

    readonly SortedDictionary<string, JsonNode> _answers = new(StringComparer.Ordinal);
    ReadOnlyMemory<byte> _token;
    int _szx;

    public McuUpdateStep Step { get; private set; }

    /// <summary>Why it failed; otherwise empty.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Bytes of the package that the MCU has stored.</summary>
    public int Stored { get; private set; }

    /// <summary>Bytes of the package.</summary>
    public int Total => package.Length;

    /// <summary>How often the device lost blocks and the update began anew.</summary>
    public int Restarts { get; private set; }

    /// <summary>The latest values that the device answered, under the names the API shows.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode>> Answers => _answers;

    public bool IsOver => Step >= McuUpdateStep.Succeeded;

    /// <summary>The MCU restarts: the response to 5/0/2 may be lost, or may never come.</summary>
    public bool IsRestarting => Step is McuUpdateStep.Update or McuUpdateStep.Return;

    /// <summary>Enters a step. The first step draws the token of the package's blocks.</summary>
    public void Enter(McuUpdateStep step, Func<byte[]> newToken)
    {
        Step = step;
        if (step == McuUpdateStep.Begin)
            (Stored, _szx, _token) = (0, Downlinks.BlockSzx, newToken());
    }

    public void Finish(McuUpdateStep step, string reason) => (Step, Reason) = (step, reason);

    /// <summary>The request of the step; null for none.</summary>
    public DownlinkCommand? NextCommand()
    {
        var command = Step switch
        {
            McuUpdateStep.Begin or McuUpdateStep.BeginCheck => DownlinkCommand.Execute(new ResourcePath(FirmwareObject, 0, 26550)),
            McuUpdateStep.ReadSpace or McuUpdateStep.CheckSpace => DownlinkCommand.Read(new ResourcePath(3, 0, 26261)),
            McuUpdateStep.ReadVersion or McuUpdateStep.CheckVersion => DownlinkCommand.Read(new ResourcePath(3, 0, 19)),
            McuUpdateStep.ReadState or McuUpdateStep.CheckState => DownlinkCommand.Read(new ResourcePath(FirmwareObject, 0)),
            McuUpdateStep.ReadBattery or McuUpdateStep.ReadBatteryAgain or McuUpdateStep.CheckBattery =>
                DownlinkCommand.Read(new ResourcePath(3, 0, 9)),
            McuUpdateStep.Download => DownlinkCommand.Execute(new ResourcePath(FirmwareObject, 0, 26501)),
            McuUpdateStep.Package => DownlinkCommand.WritePackage(PackagePath, _token, Block, package.Slice(Stored, BlockLength)),
            McuUpdateStep.Update => DownlinkCommand.Execute(new ResourcePath(FirmwareObject, 0, 2)),
            McuUpdateStep.End => DownlinkCommand.WritePackage(PackagePath, _token),
            _ => null,
        };
        return command is null ? null : command with { IsRepeatedByOwner = true };
    }

    public McuUpdateDecision Handle(DownlinkOutcome outcome) => outcome.End switch
    {
        DownlinkEnd.Responded => HandleResponse(outcome.Downlink.Path, outcome.Response!),
        DownlinkEnd.TimedOut => new McuUpdateDecision(McuUpdateMove.Ask),
        DownlinkEnd.Reset or DownlinkEnd.Cancelled => McuUpdateDecision.Fail($"{outcome.Downlink.Path} was reset"),
        _ => new McuUpdateDecision(McuUpdateMove.Wait),
    };

    McuUpdateDecision HandleResponse(ResourcePath path, CoapMessage response)
    {
        if (response.Code == CoapCode.RequestEntityIncomplete && Step == McuUpdateStep.Package && Restarts < MaxRestarts)
        {
            Restarts++;
            return McuUpdateDecision.Enter(McuUpdateStep.Begin);
        }
        if (!response.Code.IsSuccess)
            return McuUpdateDecision.Fail($"{path} was answered {response.Code}");
        if (Step == McuUpdateStep.Package)
        {
            return AdvancePackage(response)
                ? new McuUpdateDecision(McuUpdateMove.Ask)
                : McuUpdateDecision.Enter(McuUpdateStep.ReadBatteryAgain);
        }
        if (response.Code == CoapCode.Content && !TryKeep(path, response))
            return McuUpdateDecision.Fail($"the answer to a read of {path} is not readable");
        if (Step == McuUpdateStep.End)
            return McuUpdateDecision.Enter(McuUpdateStep.Succeeded);
        return FindMismatch() is { } mismatch ? McuUpdateDecision.Fail(mismatch) : McuUpdateDecision.Enter(Step + 1);
    }

    CoapBlock Block
    {
        get
        {
            var size = new CoapBlock(0, false, _szx).Size;
            return new CoapBlock(Stored / size, Stored + size < package.Length, _szx);
        }
    }

    int BlockLength => Math.Min(Block.Size, package.Length - Stored);

    /// <summary>The MCU has stored the block; the device may ask for smaller ones (RFC 7959 §2.3). True: another block follows.</summary>
    bool AdvancePackage(CoapMessage response)
    {
        var more = Block.More;
        Stored += BlockLength;
        _szx = Math.Min(_szx, response.Block1?.Szx ?? _szx);
        return more;
    }

    /// <summary>Keeps the values of a read under the names the API shows. False when they are not readable.</summary>
    bool TryKeep(ResourcePath path, CoapMessage response)
    {
        if (!ContentReader.TryRead(response, path, out var values))
            return false;
        foreach (var value in values)
        {
            var name = (path.Object, value.Resource) switch
            {
                (3, 9) => "battery",
                (3, 19) => Step == McuUpdateStep.ReadVersion ? "version_before" : "version",
                (3, 26261) => "space",
                (FirmwareObject, 3) => "state",
                (FirmwareObject, 5) => "result",
                _ => $"{path.Object}_{value.Instance}_{value.Resource}",
            };
            _answers[name] = value.Value.DeepClone();
        }
        return true;
    }

    /// <summary>After the restart the MCU answers its version, and its result: 0 none, 1 success (LwM2M 1.0 §E.6).</summary>
    string? FindMismatch()
    {
        if (Step == McuUpdateStep.CheckVersion && version is not null)
        {
            var actual = ApiJson.Text(_answers.GetValueOrDefault("version"));
            if (actual != version)
                return $"the MCU's version is {actual ?? "unknown"}, not {version}";
        }
        if (Step == McuUpdateStep.CheckState)
        {
            var result = ApiJson.Whole(_answers.GetValueOrDefault("result"));
            if (result is not (null or InitialResult or SuccessResult))
                return $"the MCU's result is {result}";
        }
        return null;
    }
}
