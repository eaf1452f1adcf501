using System.Text;
using M531x.Emulator.Control;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Patterns;

namespace M531x.Emulator.Drivers;

/// <summary>
/// The lines that the module prints, as the control API reads them: the last ones, and calls that wait for one. Time comes in as an argument;
/// whoever drives it hands it the bytes that reach the line.
/// </summary>
sealed class McuConsole
{
    /// <summary>Lines that are kept for who asks later.</summary>
    public const int MaxLines = 1000;

    readonly Queue<UartLine> _lines = [];
    readonly StringBuilder _rest = new();
    readonly List<AtCall> _calls = [];
    long _last;

    /// <summary>When a call has waited long enough.</summary>
    public TimeSpan NextDeadline => _calls.Count == 0 ? TimeSpan.MaxValue : _calls.Min(c => c.Deadline);

    /// <summary>A command is under way whose final result has not come.</summary>
    public bool IsBusy => _calls.Exists(c => c.Request.Line is not null && c.Result is null);

    /// <summary>The lines after that number, oldest first.</summary>
    public IReadOnlyList<UartLine> After(long number) => [.. _lines.Where(l => l.Number > number)];

    /// <summary>From now on lines belong to the call.</summary>
    public AtCall Begin(TimeSpan now, AtRequest request)
    {
        var call = new AtCall(request, now + request.Within);
        _calls.Add(call);
        return call;
    }

    /// <summary>Nobody waits any more; null is a call that never began.</summary>
    public void Cancel(AtCall? call) => _calls.RemoveAll(c => c == call);

    /// <summary>What the module has put on the line.</summary>
    public void Take(TimeSpan now, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value == '\n')
                EndLine(now);
            else
                _rest.Append((char)value);
        }
        if (_rest.Equals(FinalResult.Prompt))
            EndLine(now);
    }

    /// <summary>Ends the calls that have waited long enough.</summary>
    public void HandleTimeout(TimeSpan now)
    {
        foreach (var call in _calls.Where(c => c.Deadline <= now).ToList())
            End(call, now, isDone: false);
    }

    void EndLine(TimeSpan now)
    {
        var text = _rest.ToString().TrimEnd('\r');
        _rest.Clear();
        if (text.Length == 0)
            return;
        var line = new UartLine(++_last, now, text);
        _lines.Enqueue(line);
        if (_lines.Count > MaxLines)
            _lines.Dequeue();
        foreach (var call in _calls.ToList())
        {
            if (call.Take(line))
                End(call, now, isDone: true);
        }
    }

    void End(AtCall call, TimeSpan now, bool isDone)
    {
        _calls.Remove(call);
        call.End(now, isDone);
    }
}

/// <summary>A call that waits for lines of the module.</summary>
/// <param name="request">What it waits for.</param>
/// <param name="deadline">When it has waited long enough.</param>
sealed class AtCall(AtRequest request, TimeSpan deadline)
{
    readonly List<UartLine> _lines = [];
    readonly TaskCompletionSource<AtAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AtRequest Request => request;
    public TimeSpan Deadline => deadline;

    /// <summary>The final result of the command, once it has come.</summary>
    public string? Result { get; private set; }

    public Task<AtAnswer> Answer => _answer.Task;

    /// <summary>True when this line is what the call waits for.</summary>
    public bool Take(UartLine line)
    {
        _lines.Add(line);
        var isResult = request.Line is not null && Result is null && FinalResult.Is(line.Text);
        if (isResult)
            Result = line.Text;
        if (request.Until is null)
            return isResult;
        // After an error the line that was to follow is not to be expected.
        return isResult ? FinalResult.IsFailure(line.Text) || Fits(request.Until, line.Text) : (request.Line is null || Result is not null) && Fits(request.Until, line.Text);
    }

    public void End(TimeSpan now, bool isDone) => _answer.TrySetResult(new AtAnswer(now, _lines, Result, isDone));

    static bool Fits(LinePattern pattern, string line) => pattern.Matches(line, new Dictionary<string, string>());
}
