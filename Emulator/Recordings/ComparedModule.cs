using System.Text;
using System.Text.Json;
using M531x.Emulator.Drivers;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;

namespace M531x.Emulator.Recordings;

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
        var query = call.Query.Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var headers = new Dictionary<string, string> { ["api-key"] = VirtualWorldOptions.DefaultApiKey };
        var number = world.Call(new ApiRequest(call.Method, call.Path, query, headers, Encoding.UTF8.GetBytes(call.Body)));
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
