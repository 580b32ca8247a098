using System.Data.Common;

namespace Orchestrator.Local.Runs;

/// <summary>The outcome of an order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="OrderNumber">The number that people use.</param>
/// <param name="State">Its saga's state.</param>
/// <param name="Refused">The refused step and the reason; null when no step was refused.</param>
/// <param name="Suspended">Why it waits for an operator; null when it does not.</param>
/// <param name="Took">The time from its submission to its end; null when it has not ended.</param>
public sealed record OrderOutcome(Guid OrderId, string OrderNumber, string State, string? Refused, string? Suspended, TimeSpan? Took)
{
    /// <summary>
    /// Reads id, order_number, state, refused_step, refused_reason, suspended_reason, created_at and completed_at of order_fulfilment.
    /// </summary>
    public static OrderOutcome Read(DbDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : $"{row.GetString(3)}: {row.GetString(4)}",
        row.IsDBNull(5) ? null : row.GetString(5),
        row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7) - row.GetFieldValue<DateTimeOffset>(6));
}
