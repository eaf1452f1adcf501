using System.Text.RegularExpressions;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>libcoap's command-line client.</summary>
static partial class CoapClient
{
    /// <summary>Runs one request and answers libcoap's print of the last response, such as "2.01 [ Location-Path:rd ]".</summary>
    public static string Run(string url, params string[] arguments)
    {
        using var client = Start(url, arguments);
        client.WaitExit();
        // libcoap prints what it sends in the same way; an ACK or RST is what came back, the last one after all blocks.
        var printed = client.Output.AwaitEnd().Concat(client.Errors.AwaitEnd()).ToList();
        var response = printed.Select(line => Received().Match(line)).LastOrDefault(m => m.Success)
            ?? throw new AssertionException($"no response; printed: {string.Join(" | ", printed)}");
        return $"{response.Groups["code"].Value} {response.Groups["rest"].Value}".Trim();
    }

    public static ChildProcess Start(string url, params string[] arguments) =>
        new(InteropTools.Libcoap("coap-client"), ["-v", "7", "-B", "10", .. arguments, url]);

    [GeneratedRegex(@"^v:1 t:(ACK|RST|NON) c:(?<code>[2-5]\.\d\d|0\.00) i:\S+ \{\S*\} (?<rest>\[.*)$")]
    private static partial Regex Received();
}
