using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Tests.Support;

static class RadioEvents
{
    /// <summary>Everything the model has to tell so far.</summary>
    public static RadioEvent[] Take(RadioModel model)
    {
        List<RadioEvent> events = [];
        while (model.TryTakeEvent(out var radioEvent))
            events.Add(radioEvent);
        return [.. events];
    }
}
