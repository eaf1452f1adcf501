using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Module;

/// <content>Unsolicited lines, and the faults that lose, double, delay or misplace them.</content>
sealed partial class M531xModule
{
    /// <summary>Lines that wait for their time, in the order in which they come.</summary>
    readonly PriorityQueue<(string Text, string Shown), (TimeSpan At, long Order)> _lateUrcs = new();
    long _urcs;

    TimeSpan NextLateUrc => _lateUrcs.TryPeek(out _, out var at) ? at.At : TimeSpan.MaxValue;

    void Urc(string text) => Urc(text, text);

    /// <param name="text">The line.</param>
    /// <param name="shown">As the trace may show it.</param>
    void Urc(string text, string shown)
    {
        var isLost = Fires("lost-urc", FaultDirection.Down, shown, out _);
        var isDoubled = Fires("duplicate-urc", FaultDirection.Down, shown, out _, isMoot: isLost);
        var isLate = Fires("late-urc", FaultDirection.Down, shown, out var late, isMoot: isLost);
        if (isLost)
            return;
        for (var copies = isDoubled ? 2 : 1; copies > 0; copies--)
        {
            if (isLate)
                _lateUrcs.Enqueue((text, shown), (_now + late.Duration("delay"), _urcs++));
            else
                Place(text, shown);
        }
    }

    void Place(string text, string shown)
    {
        if (!Fires("urc-placement", FaultDirection.Down, shown, out var fault))
        {
            _uart.Urc(text, shown);
            return;
        }
        var place = fault.Text("place") switch
        {
            "before-echo" => UrcPlace.BeforeEcho,
            "inside-response" => UrcPlace.InsideResponse,
            "glued-to-ok" => UrcPlace.GluedToFinal,
            "after-ok" => UrcPlace.AfterFinal,
            "split" => UrcPlace.Split,
            _ => UrcPlace.BeforeResponse,
        };
        _uart.Place(new PlacedUrc(place, text, shown, fault.Duration("delay"), _now + fault.Duration("hold")));
    }

    void PrintLateUrcs()
    {
        while (NextLateUrc <= _now)
        {
            var (text, shown) = _lateUrcs.Dequeue();
            _uart.Urc(text, shown);
        }
        _uart.PrintUnplaced(_now);
    }

    /// <summary>Lines whose place is a while after the end of the command.</summary>
    void TakePlacedBehind()
    {
        foreach (var urc in _uart.TakePlacedBehind())
            _lateUrcs.Enqueue((urc.Text, urc.Shown), (_now + urc.Delay, _urcs++));
    }
}
