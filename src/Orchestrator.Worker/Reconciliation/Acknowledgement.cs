namespace Orchestrator.Worker.Reconciliation;

/// <summary>Somebody's word that a contradiction was settled by hand.</summary>
/// <param name="At">When he gave it, in UTC.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">How it was settled.</param>
public sealed record Acknowledgement(DateTimeOffset At, string By, string Reason);
