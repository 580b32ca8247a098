using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.Local.Runs;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Journal;

namespace Orchestrator.Tests.Integration.Runs;

/// <summary>The databases of the parties with the traces of some orders. No party runs.</summary>
sealed class TestParties(PartyDatabases databases) : IAsyncDisposable
{
    static readonly DateTimeOffset Submitted = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);

    readonly Database _acquirer = databases.Payment.CreateTemporary();

    public Reservations Reservations { get; } = new(databases.Inventory);

    public async Task Migrate()
    {
        await JournalSchema.Migrate(databases.Orchestrator);
        await Views.Bring(databases.Orchestrator, TestOrder.Kind);
        await databases.Inventory.MigrateInventory();
        await databases.Payment.MigratePayment();
        await _acquirer.MigrateAcquirer();
    }

    public async Task Clear()
    {
        await Delete(databases.Orchestrator, "saga", "journal");
        await Delete(databases.Inventory, "inventory_reservation_line", "inventory_refusal", "inventory_reservation", "inventory_stock");
        await Delete(databases.Payment, "payment_posting", "payment_operation");
    }

    /// <summary>Sets the state of an order.</summary>
    public Task Saga(
        Guid id, string state, double? seconds = null, string number = "10248", string? refused = null, string? suspended = null) =>
        Sagas([id], state, seconds, number, refused, suspended);

    /// <summary>Sets the state of orders, a thousand at a time.</summary>
    public async Task Sagas(
        IEnumerable<Guid> ids, string state, double? seconds = null, string number = "10248", string? refused = null,
        string? suspended = null)
    {
        var data =
            $$"""{"orderNumber":"{{number}}","customerId":"VINET","amount":{"amount":"168.00","currency":"USD"},"refused":"""
            + $$"""{{Why("ReserveStock", refused)}},"suspended":{{Why("AuthorizePayment", suspended)}}}""";
        var ended = seconds is null ? "NULL" : $"'{SqliteTime.Text(Submitted.AddSeconds(seconds.Value))}'";
        foreach (var chunk in ids.Chunk(1_000))
        {
            var rows = chunk.Select(id =>
                $"('order-fulfilment', '{id}', '{number}', '{state}', 1, '{id}', 1, '{data}', '{SqliteTime.Text(Submitted)}', "
                + $"'{SqliteTime.Text(Submitted)}', {ended})");
            await databases.Orchestrator.Write(sql => sql.Execute(
                $"""
                 INSERT INTO saga (
                     kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at,
                     completed_at)
                 VALUES {string.Join(",\n", rows)}
                 ON CONFLICT (kind, id) DO UPDATE SET state = excluded.state, completed_at = excluded.completed_at
                 """));
        }
    }

    /// <summary>Journals the submission of an order.</summary>
    public Task Journal(OrderSubmitted order) => databases.Orchestrator.Write(sql => sql.Execute(
        $"""
         INSERT INTO journal (kind, saga_id, seq, message_id, message_type, event, to_state, outgoing, definition_version, at)
         VALUES ('order-fulfilment', '{order.OrderId}', 1, '{order.OrderId}', 'OrderSubmitted', '{TestOrder.Wrap(order).ToJson()}',
                 'Running', '[]', 1, '{SqliteTime.Text(Submitted)}')
         """));

    /// <summary>Holds money for an order, and captures or voids it.</summary>
    public async Task Pay(Guid id, decimal amount, string currency, bool captured)
    {
        var payments = new Payments(databases.Payment, new SimulatedAcquirer(_acquirer), NullLogger<Payments>.Instance);
        await payments.Handle(new AuthorizePayment(id, 1, "VINET", new Money(amount, currency)));
        if (captured)
            await payments.Handle(new CapturePayment(id, 1));
        else
            await payments.Handle(new VoidPayment(id, 1));
    }

    /// <summary>Reserves units for an order.</summary>
    public Task Reserve(Guid id, int units) => Reservations.Handle(new ReserveStock(id, 1, [new StockLine("NW-11", units)]));

    public async ValueTask DisposeAsync()
    {
        await _acquirer.DisposeAsync();
        foreach (var database in new[] { databases.Orchestrator, databases.Inventory, databases.Payment }.Distinct())
            await database.DisposeAsync();
    }

    static string Why(string step, string? reason) => reason is null ? "null" : $$"""{"step":"{{step}}","reason":"{{reason}}"}""";

    static async Task Delete(Database database, params string[] tables)
    {
        foreach (var table in tables)
            await database.Write(sql => sql.Execute($"DELETE FROM {table}"));
    }
}
