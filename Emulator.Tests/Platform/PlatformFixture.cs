using System.Net;
using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;

namespace M531x.Emulator.Tests.Platform;

/// <summary>A local OneNET and boards in one process: no sockets, explicit time.</summary>
sealed class PlatformFixture
{
    public const string ApiKey = "deR2fiWKlRtIWaEaKOvto7ctQUg=";
    public const string Imei = "869975030000461";
    public const string Imsi = "460041064826326";

    readonly Dictionary<IPEndPoint, Board> _boards = [];

    public PlatformFixture(Func<OneNetOptions, OneNetOptions>? change = null)
    {
        var options = new OneNetOptions
        {
            ApiKey = ApiKey,
            Epoch = new DateTimeOffset(2019, 4, 27, 16, 0, 0, TimeSpan.Zero),
            Devices = [new KnownDevice(Imei, Imsi)],
        };
        Platform = new OneNet(change?.Invoke(options) ?? options, new SeededRandom(1), new SeededRandom(2).Fill);
        Run();
    }

    public OneNet Platform { get; }
    public TimeSpan Now { get; set; }
    public List<OneNetEvent> Events { get; } = [];
    public Dictionary<long, ApiAnswer> Answers { get; } = [];

    public Board AddBoard(string address = "10.0.0.2:40000", ulong seed = 7)
    {
        var board = new Board(this, IPEndPoint.Parse(address), seed);
        _boards[board.Address] = board;
        return board;
    }

    public void Move(Board board, string address)
    {
        _boards.Remove(board.Address);
        board.Address = IPEndPoint.Parse(address);
        _boards[board.Address] = board;
    }

    /// <summary>Carries datagrams both ways until there are none.</summary>
    public void Run()
    {
        bool moved;
        do
        {
            moved = false;
            while (Platform.TryTakeDatagram(out var datagram))
            {
                moved = true;
                if (_boards.TryGetValue(datagram.To, out var board))
                    board.Receive(datagram);
            }
            foreach (var board in _boards.Values.ToArray())
                moved |= board.Drain();
        }
        while (moved);
        while (Platform.TryTakeEvent(out var oneNetEvent))
            Events.Add(oneNetEvent);
        while (Platform.TryTakeAnswer(out var answer))
            Answers.Add(answer.Call, answer);
    }

    /// <summary>Lets time pass, stopping at every deadline of the platform and the boards.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Now + by;
        while (true)
        {
            var next = _boards.Values.Select(b => b.Endpoint.NextDeadline).Append(Platform.NextDeadline).Min();
            if (next > end)
                break;
            Now = next > Now ? next : Now;
            foreach (var board in _boards.Values)
                board.Endpoint.HandleTimeout(Now);
            Platform.HandleTimeout(Now);
            Run();
        }
        Now = end;
    }

    public long Start(string method, string url, string body = "", string? apiKey = ApiKey)
    {
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var query = question < 0
            ? []
            : url[(question + 1)..].Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        var headers = apiKey is null ? [] : new Dictionary<string, string> { ["api-key"] = apiKey };
        var call = Platform.Call(
            Now, new ApiRequest(method, question < 0 ? url : url[..question], query, headers, Encoding.UTF8.GetBytes(body)));
        Run();
        return call;
    }

    /// <summary>An answered call's body, or null while it waits.</summary>
    public string? AnswerTo(long call) => Answers.TryGetValue(call, out var answer) ? answer.Body : null;

    public string? Call(string method, string url, string body = "", string? apiKey = ApiKey) =>
        AnswerTo(Start(method, url, body, apiKey));
}
