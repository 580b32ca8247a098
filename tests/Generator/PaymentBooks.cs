using Orchestrator.Storage;

namespace Orchestrator.Tests.Generator;

/// <summary>The payment service's ledger, and the books of the acquirer.</summary>
public static class PaymentBooks
{
    /// <summary>
    /// Where the two disagree about what an order authorised, captured, voided or holds. Call it when no command is under way: an intent
    /// without an outcome is a difference.
    /// </summary>
    /// <param name="ledger">The payment service's database.</param>
    /// <param name="books">The acquirer's database.</param>
    /// <param name="orderId">One order, or null for all: then every order is held in memory.</param>
    /// <returns>One sentence for each difference; empty when they agree.</returns>
    public static async Task<IReadOnlyList<string>> Differences(Database ledger, Database books, Guid? orderId = null)
    {
        var ours = await Summaries(ledger, "payment_summary", orderId);
        var theirs = await Summaries(books, "acquirer_summary", orderId);
        return [.. ours.Except(theirs).Select(row => $"only our ledger has {row}"),
            .. theirs.Except(ours).Select(row => $"only the acquirer has {row}")];
    }

    static Task<List<Summary>> Summaries(Database database, string view, Guid? orderId) => database.Read(sql => sql.Query(
        $"SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM {view} "
        + $"{(orderId is null ? "" : "WHERE order_id = @order")}",
        row => new Summary(row.GetGuid(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
        orderId is null ? [] : [("@order", orderId)]));

    sealed record Summary(Guid OrderId, string Currency, long AuthorizedMinor, long CapturedMinor, long VoidedMinor, long HeldMinor);
}
