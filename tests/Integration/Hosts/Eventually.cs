using System.Diagnostics;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Waits for conditions that other processes bring about.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until the condition is fulfilled.</summary>
    public static Task Is(Func<Task<bool>> condition, string otherwise) => Is(condition, Patience, () => Task.FromResult(otherwise));

    /// <summary>Waits until the condition is fulfilled.</summary>
    public static async Task Is(Func<Task<bool>> condition, TimeSpan patience, Func<Task<string>> otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
        {
            if (waited.Elapsed > patience)
                Assert.Fail($"after {patience}: {await otherwise()}");
        }
    }
}
