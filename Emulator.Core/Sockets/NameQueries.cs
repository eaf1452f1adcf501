using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Questions of the sockets, pings and lookups to the name server, over the radio.</summary>
sealed class NameQueries(ModuleContext context)
{
    /// <summary>A query without an answer fails after this (assumed).</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of a query beside its name: header, length bytes, type and class (RFC 1035 §4.1).</summary>
    const int Overhead = 18;

    readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    public static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    public void Ask(string host)
    {
        if (!context.Air.Send(context.Now, host.Length + Overhead))
            return; // the name server never receives the question
        _asked.Add(host);
        context.Emit(new ResolveName(host));
    }

    /// <summary>True when an answer belongs to a question from here and the radio lets it through.</summary>
    public bool TryReceive(string host)
    {
        if (!_asked.Remove(host))
            return false;
        if (context.Radio.Receive(context.Now, host.Length + Overhead) != RadioDelivery.Received)
        {
            context.Trace("radio", "downlink.lost", $"address of {host}", ("why", $"address of {host}"));
            return false;
        }
        context.Air.Drain();
        return true;
    }

    /// <summary>The module restarts.</summary>
    public void Reset() => _asked.Clear();
}
