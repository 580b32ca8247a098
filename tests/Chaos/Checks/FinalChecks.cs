using System.Diagnostics;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>What must hold within the quiet after the last fault.</summary>
sealed class FinalChecks(OrderChecks orders, JournalChecks journals, Reconciliation reconciliation)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks until everything holds, or the time is over.</summary>
    /// <returns>What does not hold even then, and how long it took.</returns>
    public async Task<(IReadOnlyList<Violation> Violations, TimeSpan After)> Run(TimeSpan quiet, CancellationToken stop)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var violations = await orders.Violations();
            if (violations.Count == 0)
                violations = await reconciliation.Run(repairs: false);
            if (violations.Count == 0 || waited.Elapsed > quiet)
                return ([.. violations, .. await journals.Violations()], waited.Elapsed);
            await Task.Delay(Pause, stop);
        }
    }
}
