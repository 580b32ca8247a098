namespace Orchestrator.Hosting.Reconciliation;

/// <summary>A person's statement that a contradiction was settled by hand.</summary>
/// <param name="At">When it was given, in UTC.</param>
/// <param name="By">Who gave it.</param>
/// <param name="Reason">How the contradiction was settled.</param>
public sealed record Acknowledgement(DateTimeOffset At, string By, string Reason);
