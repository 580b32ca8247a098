using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>The row of one order in a summary, in cents; zeros when there is none.</summary>
public sealed record Totals(long Authorized = 0, long Captured = 0, long Voided = 0, long Held = 0)
{
    /// <summary>Reads <c>payment_summary</c> or <c>acquirer_summary</c>.</summary>
    public static async Task<Totals> Of(Database database, string view, Guid orderId) => await database.Read(sql => sql.First(
        $"SELECT authorized_minor, captured_minor, voided_minor, held_minor FROM {view} WHERE order_id = @order",
        row => new Totals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), ("@order", orderId))) ?? new Totals();
}
