using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>Compares our ledger with the acquirer's books.</summary>
public static class Reconciliation
{
    /// <summary>
    /// Where the two disagree about what an order authorised, captured, voided or holds. Meant for a time when no
    /// command is under way: an intent without an outcome may well be a difference.
    /// </summary>
    /// <param name="ledger">The payment service's database.</param>
    /// <param name="books">The acquirer's database.</param>
    /// <param name="orderId">One order, or null for all: then every order is held in memory.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>One sentence for each difference; empty when they agree.</returns>
    public static async Task<IReadOnlyList<string>> Differences(
        Database ledger, Database books, Guid? orderId = null, CancellationToken cancellationToken = default)
    {
        var ours = await Summaries(ledger, "payment_summary", orderId, cancellationToken);
        var theirs = await Summaries(books, "acquirer_summary", orderId, cancellationToken);
        return [.. ours.Except(theirs).Select(row => $"only our ledger has {row}"),
            .. theirs.Except(ours).Select(row => $"only the acquirer has {row}")];
    }

    static Task<List<Summary>> Summaries(Database database, string view, Guid? orderId, CancellationToken cancellationToken) =>
        database.Read(
        sql => sql.Query(
            $"SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM {view} "
            + $"{(orderId is null ? "" : "WHERE order_id = @order")}",
            row => new Summary(row.GetGuid(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
            orderId is null ? [] : [("@order", orderId)]), cancellationToken);

    sealed record Summary(Guid OrderId, string Currency, long AuthorizedMinor, long CapturedMinor, long VoidedMinor, long HeldMinor);
}
