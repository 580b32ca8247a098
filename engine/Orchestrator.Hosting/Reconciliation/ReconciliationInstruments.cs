using System.Diagnostics.Metrics;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>The metrics of reconciliation.</summary>
static class ReconciliationInstruments
{
    static readonly Counter<long> Runs = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.reconciliation.runs", "{run}", "Times that the books were compared, by outcome");

    static readonly Counter<long> Findings = Instrumentation.Meter.CreateCounter<long>(
        "orchestrator.reconciliation.findings", "{contradiction}", "Contradictions that were found in the books, by kind");

    /// <summary>Begins every series at zero. A series that began with its first finding would hide that it rose.</summary>
    public static void Begin(IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
            Found(kind, 0);
        foreach (var outcome in new[] { "agreed", "contradicted", "failed" })
            Ran(outcome, 0);
    }

    public static void Found(string kind, long times = 1) => Findings.Add(times, KeyValuePair.Create("kind", (object?)kind));

    public static void Ran(string outcome, long times = 1) => Runs.Add(times, KeyValuePair.Create("outcome", (object?)outcome));
}
