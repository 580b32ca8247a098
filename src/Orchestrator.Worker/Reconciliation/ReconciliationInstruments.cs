using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What is measured of reconciliation.</summary>
static class ReconciliationInstruments
{
    static readonly Counter<long> Runs = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.reconciliation.runs", "{run}", "Times that the books were compared, by outcome");

    static readonly Counter<long> Findings = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.reconciliation.findings", "{contradiction}", "Contradictions that were found in the books, by kind");

    /// <summary>Shows every series from the first moment on: one that began with its first finding would hide that it rose.</summary>
    public static void Begin()
    {
        foreach (var kind in Enum.GetValues<ContradictionKind>())
            Found(kind, 0);
        foreach (var outcome in new[] { "agreed", "contradicted", "failed" })
            Ran(outcome, 0);
    }

    public static void Found(ContradictionKind kind, long times = 1) =>
        Findings.Add(times, KeyValuePair.Create("kind", (object?)kind.ToString()));

    public static void Ran(string outcome, long times = 1) => Runs.Add(times, KeyValuePair.Create("outcome", (object?)outcome));
}
