namespace Orchestrator.Worker.Reconciliation;

/// <summary>Books that contradict each other about an order.</summary>
/// <param name="Kind">What kind of contradiction it is.</param>
/// <param name="OrderId">The order.</param>
/// <param name="OrderNumber">The number that people use, if a saga knows it.</param>
/// <param name="Found">What contradicts what, with the amounts.</param>
/// <param name="Repair">What mends it.</param>
/// <param name="IsSafe">Whether it is mended by sending a finished saga's last messages again, which can do no harm.</param>
public sealed record Contradiction(ContradictionKind Kind, Guid OrderId, string? OrderNumber, string Found, string Repair, bool IsSafe);
