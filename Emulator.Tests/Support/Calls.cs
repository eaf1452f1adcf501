namespace M531x.Emulator.Tests.Support;

static class Calls
{
    /// <summary>
    /// Begins a call as an HTTP server does: without the synchronization context of a test, which would have what waits for the call go on
    /// later than it does there.
    /// </summary>
    public static async Task<Task<T>> BeginAsync<T>(Func<Task<T>> call) =>
        await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);
}
