using System.Diagnostics;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>The rules that must hold within the quiet after the last fault.</summary>
sealed class FinalChecks(OrderChecks orders, JournalChecks journals, Reconciliation reconciliation)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Checks again and again until everything holds or the time is over.</summary>
    /// <param name="quiet">The time of the quiet.</param>
    /// <param name="repairs">True when ends of orders were lost. Then the operator's command <c>reconcile --repair</c> must send them
    /// again, and it mends nothing else.</param>
    /// <param name="stop">Interrupts the run.</param>
    /// <returns>The violations at the end, the number of mended orders, and the time that this took.</returns>
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
