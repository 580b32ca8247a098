using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>What came of a scenario.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Time">How long faults came.</param>
/// <param name="Faults">Those that came.</param>
/// <param name="LeftOut">Those that could not.</param>
/// <param name="Recoveries">How long each recovery took.</param>
/// <param name="Ends">How the orders ended.</param>
/// <param name="Cancels">How many cancellations were asked for.</param>
/// <param name="Poison">How many submissions can't be accepted.</param>
/// <param name="Redeliveries">How many messages the broker delivered again.</param>
/// <param name="Mended">How many orders <c>reconcile --repair</c> had to mend, since the queue was deleted in which their end
/// waited.</param>
/// <param name="QuietAfter">How long after the last submission everything held.</param>
/// <param name="Violations">What does not.</param>
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
