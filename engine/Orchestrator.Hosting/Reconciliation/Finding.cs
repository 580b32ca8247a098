namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Something about a saga on which the books do not agree.</summary>
/// <param name="Kind">One of <see cref="ISagaReconciliation.Kinds"/>.</param>
/// <param name="Found">What contradicts what, with the amounts.</param>
/// <param name="Repair">What a person does about it.</param>
/// <param name="IsSafe">
/// Whether <c>reconcile --repair</c> mends it: the finished saga sends its last messages again, which can do no harm.
/// </param>
public sealed record Finding(string Kind, string Found, string Repair, bool IsSafe = false);
