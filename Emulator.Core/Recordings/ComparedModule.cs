using System.Text.Json;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Core.Recordings;

/// <summary>A module with the local OneNET in virtual time, for a recording to be compared with.</summary>
sealed class ComparedModule(VirtualWorld world) : IPlayedModule
{
    public TimeSpan Now => world.Now;

    public void Send(ReadOnlyMemory<byte> bytes) => world.Line.Send(bytes.Span);

    public byte[] Take() => world.Line.Take();

    public bool RunUntil(Func<bool> condition, TimeSpan within) => world.RunUntil(condition, within);

    public string? Ask(IReadOnlyList<DownlinkUrc> lines)
    {
        if (DownlinkUrc.CallOf(lines, world.Module.Options.Imei) is not { } call)
            return "the line does not say what the platform asked for";
        var number = world.Call(call.Method, $"{call.Path}?{call.Query}", call.Body);
        if (world.Answer(number) is not { } answer)
            return null;
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("errno").GetInt32() == 0 ? null : $"the local OneNET could not ask this: {json.RootElement.GetProperty("error").GetString()}";
    }

    public bool Reset(ResetCause cause)
    {
        world.Reset(cause);
        return true;
    }
}
