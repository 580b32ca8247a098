using Orchestrator.Engine;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>A row about a saga in one of the books.</summary>
/// <param name="SagaId">The saga.</param>
public abstract record LedgerEntry(Guid SagaId);

/// <summary>The saga itself.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="BusinessKey">The name that people know it by.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="EndedAt">When it came to its end, in UTC; null before.</param>
public sealed record SagaEntry(Guid SagaId, string BusinessKey, Lifecycle State, DateTimeOffset? EndedAt) : LedgerEntry(SagaId);

/// <summary>A message that would have started the saga lies in the dead letters.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Reason">Why it lies there.</param>
public sealed record DeadStartEntry(Guid SagaId, string Reason) : LedgerEntry(SagaId);
