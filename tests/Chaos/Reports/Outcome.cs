using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>The result of a scenario.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Time">For how long faults came.</param>
/// <param name="Faults">The faults that came.</param>
/// <param name="LeftOut">The faults that are not possible on this machine.</param>
/// <param name="Recoveries">The recoveries.</param>
/// <param name="Ends">How the orders ended.</param>
/// <param name="Cancels">The number of cancellations that were requested.</param>
/// <param name="Poison">The number of submissions that can't be accepted.</param>
/// <param name="Redeliveries">The number of messages that the broker delivered again.</param>
/// <param name="Mended">The number of orders that <c>reconcile --repair</c> had to mend, since a queue was deleted in which their end
/// waited.</param>
/// <param name="QuietAfter">The time from the last submission until everything held.</param>
/// <param name="Violations">The violations.</param>
sealed record Outcome(
    string Scenario,
    TimeSpan Time,
    IReadOnlyList<FaultLog.Struck> Faults,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<Recovery> Recoveries,
    Ends Ends,
    int Cancels,
    int Poison,
    long Redeliveries,
    int Mended,
    TimeSpan QuietAfter,
    IReadOnlyList<Violation> Violations);
