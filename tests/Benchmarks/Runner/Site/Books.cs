using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Tests.Benchmarks.Load;
using Orchestrator.Tests.Generator;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Benchmarks.Site;

/// <summary>The tables of all parties, in one database.</summary>
sealed class Books(string connectionString) : IAsyncDisposable
{
    const long Plenty = 1_000_000_000;

    // For each saga that was there before. Its other rows are deadlines (ManyOrders).
    const int OtherRows = 3;

    readonly Dictionary<string, PostgresDatabase> _databases = new[]
    {
        WorkerRegistration.Party, InventoryRegistration.Party, PaymentRegistration.Party, AcquirerRegistration.Party,
        ShippingRegistration.Party,
    }.ToDictionary(
        party => party, party =>
            PostgresDatabase.Connect(connectionString, party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance));

    /// <summary>The connection string.</summary>
    public string ConnectionString => connectionString;

    /// <summary>The tables of a party.</summary>
    public Database Of(string party) => _databases[party];

    /// <summary>Makes the tables as the hosts do, and fills the shelves.</summary>
    public async Task Prepare()
    {
        await JournalSchema.Migrate(Of(WorkerRegistration.Party));
        await Of(InventoryRegistration.Party).MigrateInventory();
        await Of(PaymentRegistration.Party).MigratePayment();
        await Of(AcquirerRegistration.Party).MigrateAcquirer();
        await Of(ShippingRegistration.Party).MigrateShipping();
        await new Stock(Of(InventoryRegistration.Party))
            .Load(Enumerable.Range(0, Orders.Skus).Select(sku => (OrderGenerator.Sku(sku), Plenty)));
    }

    /// <summary>A number from the tables of a party.</summary>
    public Task<long> Count(string party, string query) => Of(party).Read(sql => sql.First(query, row => row.GetInt64(0)));

    /// <summary>True when goods of an ended order are still reserved.</summary>
    public async Task<bool> IsSettled() =>
        await Count(InventoryRegistration.Party, "SELECT count(*) FROM inventory_reservation WHERE status = 'Reserved'") == 0;

    /// <summary>Checks what every order must have left behind.</summary>
    /// <param name="orders">The number of orders since <see cref="Prepare"/>.</param>
    /// <param name="more">The sagas and journal rows that were there before.</param>
    /// <returns>
    /// The number of deadlines that have passed while the orders were under way. When many orders come at once, some wait longer than the
    /// time limit of a step, and the saga asks again.
    /// </returns>
    /// <exception cref="InvalidOperationException">Something is missing, or there is too much. The measurement is not valid.</exception>
    public async Task<long> Check(int orders, (long Sagas, long JournalRows) more = default)
    {
        var deadlines = await Count(WorkerRegistration.Party, "SELECT count(*) FROM journal WHERE message_type = 'DeadlineReached'") - (
            more.JournalRows - OtherRows * more.Sagas);
        (string What, string Party, string Query, long Expected)[] checks =
        [
            ("completed sagas", WorkerRegistration.Party, "SELECT count(*) FROM saga WHERE state = 'Completed'", orders),
            ("sagas", WorkerRegistration.Party, "SELECT count(*) FROM saga", orders + more.Sagas),
            ("journal rows", WorkerRegistration.Party, "SELECT count(*) FROM journal",
                (long)orders * Orders.SagaMessages + more.JournalRows + deadlines),
            ("shipped reservations", InventoryRegistration.Party, "SELECT count(*) FROM inventory_reservation WHERE status = 'Shipped'",
                orders),
            ("units", InventoryRegistration.Party, "SELECT sum(on_hand + reserved + shipped)::bigint FROM inventory_stock",
                Orders.Skus * Plenty),
            ("units reserved", InventoryRegistration.Party, "SELECT sum(reserved)::bigint FROM inventory_stock", 0),
            ("postings", PaymentRegistration.Party, "SELECT count(*) FROM payment_posting", 2L * orders),
            ("settled operations", PaymentRegistration.Party, "SELECT count(*) FROM payment_operation WHERE settled_at IS NOT NULL",
                2L * orders),
            ("captured holds", AcquirerRegistration.Party, "SELECT count(*) FROM acquirer_hold WHERE status = 'captured'", orders),
            ("captures", AcquirerRegistration.Party, "SELECT count(*) FROM acquirer_capture", orders),
            ("dispatched shipments", ShippingRegistration.Party, "SELECT count(*) FROM shipping_shipment WHERE status = 'Dispatched'",
                orders),
        ];
        foreach (var (what, party, query, expected) in checks)
        {
            if (await Count(party, query) is var found && found != expected)
                throw new InvalidOperationException(
                    $"The books have {found} {what}, and {orders} orders should have left {expected}: what was measured is void.");
        }

        return deadlines;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
    }
}
