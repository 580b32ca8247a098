using System.Diagnostics;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>What must hold within the quiet after the last fault.</summary>
sealed class FinalChecks(OrderChecks orders, JournalChecks journals, Reconciliation reconciliation)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks until everything holds, or the time is over.</summary>
    /// <param name="quiet">The time.</param>
    /// <param name="repairs">Whether ends of orders were lost, which an operator's <c>reconcile --repair</c> must send again; it mends
    /// nothing else.</param>
    /// <param name="stop">The run is broken off.</param>
    /// <returns>What does not hold even then, how many orders were mended, and how long it took.</returns>
    public async Task<(IReadOnlyList<Violation> Violations, int Mended, TimeSpan After)> Run(
        TimeSpan quiet, bool repairs, CancellationToken stop)
    {
        var (waited, mended) = (Stopwatch.StartNew(), 0);
        while (true)
        {
            var violations = await orders.Violations();
            if (violations.Count == 0)
            {
                violations = await reconciliation.Run(repairs: false);
                if (repairs && mended == 0 && violations.Count > 0 && violations.All(violation => violation.IsUnheardEnd))
                    mended = (await reconciliation.Run(repairs: true)).Count;
            }

            if (violations.Count == 0 || waited.Elapsed > quiet)
                return ([.. violations, .. await journals.Violations()], mended, waited.Elapsed);
            await Task.Delay(Pause, stop);
        }
    }
}
