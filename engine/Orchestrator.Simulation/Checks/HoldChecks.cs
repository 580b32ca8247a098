using Orchestrator.Journal.Holds;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Checks;

/// <summary>Checks that people release only the holds of people, and the breaker only its own.</summary>
static class HoldChecks
{
    /// <summary>The violations, one sentence each.</summary>
    public static IEnumerable<string> Violations(MemoryDatabase store) => store.ReadNow(sql => sql.Query(
        """
        SELECT coalesce(command, step) || ' was held by ' || held_by || ' and released by ' || released_by FROM step_hold
        WHERE released_at IS NOT NULL AND (command IS NULL) = (released_by = @engine)
        """,
        row => row.GetString(0), ("engine", StepBreaker.Actor)));
}
