using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;
using Orchestrator.Storage;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>The parties' read-only ledger views, each over a connection of its own.</summary>
public sealed class Ledgers : IAsyncDisposable
{
    static readonly string[] Parties = ["orchestrator", "inventory", "payment", "shipping", "acquirer"];

    readonly Dictionary<string, Server> _databases;
    readonly IReadOnlyList<Book> _books;

    Ledgers(Dictionary<string, Server> databases)
    {
        _databases = databases;
        // The sagas last: whoever knows an order by then has heard of it from its saga.
        _books =
        [
            new("inventory", databases["inventory"], "SELECT order_id, status, units FROM inventory_ledger", "order_id",
                row => new StockEntry(row.GetGuid(0), row.GetString(1), row.GetInt64(2))),
            new("shipping", databases["shipping"], "SELECT order_id, status FROM shipping_ledger", "order_id",
                row => new ShipmentEntry(row.GetGuid(0), row.GetString(1))),
            new("payment", databases["payment"],
                "SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM payment_summary", "order_id",
                row => MoneyOf(row, isGateway: false)),
            new("acquirer", databases["acquirer"],
                "SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM acquirer_summary", "order_id",
                row => MoneyOf(row, isGateway: true)),
            new("orchestrator", databases["orchestrator"],
                $"""
                 SELECT saga_id, reason FROM dead_letter
                 WHERE message_type = '{nameof(OrderSubmitted)}' AND saga_id IS NOT NULL AND redriven_at IS NULL AND discarded_at IS NULL
                 """, "saga_id",
                row => new DeadOrderEntry(row.GetGuid(0), row.GetString(1))),
            // A row whose data is damaged must not keep the books of all others from being compared.
            new("orchestrator", databases["orchestrator"],
                """
                SELECT id, coalesce(order_number, id::text), state, CASE WHEN amount::text ~ '^-?[0-9]{1,24}(\.[0-9]{1,10})?$'
                    THEN amount::numeric ELSE 0 END,
                       coalesce(currency, 'XXX'), completed_at
                FROM order_fulfilment
                """, "id",
                row => new SagaEntry(
                    row.GetGuid(0), row.GetString(1), Enum.Parse<Lifecycle>(row.GetString(2)),
                    new Money(row.GetDecimal(3), row.GetString(4)),
                    row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5))),
        ];
    }

    /// <summary>The worker's own database.</summary>
    public Database Orchestrator => _databases["orchestrator"].Database;

    /// <summary>
    /// Reads from the databases that are configured: <c>ConnectionStrings:Inventory</c> and so on, or <c>Postgres</c> for those that are
    /// not.
    /// </summary>
    /// <exception cref="SettingsException">One of them can't be understood.</exception>
    public static Ledgers Connect(IConfiguration configuration, TimeProvider time)
    {
        var problems = new List<string>();
        var strings = Parties.ToDictionary(party => party, party =>
        {
            var name = party == WorkerRegistration.Party ? "Postgres" : char.ToUpperInvariant(party[0]) + party[1..];
            var text = configuration.PostgresOf(name);
            // What is wrong with the one that stands in for it is said of that one.
            if (text is null && name != "Postgres")
                return (Setting: "Postgres", Text: configuration.PostgresOf("Postgres") ?? "");
            if (string.IsNullOrWhiteSpace(text))
                problems.Add(
                    $"ConnectionStrings:{name} is missing; set the environment variable ConnectionStrings__{name}, for example to "
                    + $"'Host=localhost;Database=orchestrator;Username=…;Password=…'.");
            else if (PostgresDatabase.Problem(text) is { } problem)
                problems.Add(
                    $"ConnectionStrings:{name} {problem}; it is written like "
                    + $"'Host=localhost;Database=orchestrator;Username=…;Password=…'.");
            return (Setting: name, Text: text ?? "");
        });
        if (problems.Count > 0)
            throw new SettingsException([.. problems.Distinct()]);
        return new Ledgers(strings.ToDictionary(
            party => party.Key,
            party =>
                new Server(
                    PostgresDatabase.Connect(party.Value.Text, party.Key, time, NullLogger<PostgresDatabase>.Instance, readsSlowly: true),
                    party.Value.Setting)));
    }

    /// <summary>All orders that any of them knows, in order of their ids; as much memory for a million as for ten.</summary>
    public IAsyncEnumerable<OrderBooks> All(CancellationToken cancellationToken) =>
        Merge([.. _books.Select(book => book.Read(null, cancellationToken))], cancellationToken);

    /// <summary>Some orders.</summary>
    public IAsyncEnumerable<OrderBooks> Of(IReadOnlyCollection<Guid> orders, CancellationToken cancellationToken) =>
        Merge([.. _books.Select(book => book.Read([.. orders], cancellationToken))], cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var (database, _) in _databases.Values)
            await database.DisposeAsync();
    }

    static async IAsyncEnumerable<OrderBooks> Merge(
        IReadOnlyList<IAsyncEnumerable<LedgerEntry>> books, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var readers = new List<IAsyncEnumerator<LedgerEntry>>();
        try
        {
            foreach (var book in books)
            {
                var reader = book.GetAsyncEnumerator(cancellationToken);
                readers.Add(reader);
                if (!await reader.MoveNextAsync())
                    readers.Remove(reader);
            }

            while (readers.Count > 0)
            {
                var order = readers.Min(reader => reader.Current.OrderId);
                var entries = new List<LedgerEntry>(readers.Count);
                for (var i = readers.Count - 1; i >= 0; i--)
                {
                    while (readers[i].Current.OrderId == order)
                    {
                        entries.Add(readers[i].Current);
                        if (await readers[i].MoveNextAsync())
                            continue;
                        await readers[i].DisposeAsync();
                        readers.RemoveAt(i);
                        break;
                    }
                }

                yield return new OrderBooks(order, entries);
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }
    }

    static MoneyEntry MoneyOf(DbDataReader row, bool isGateway) => new(
        row.GetGuid(0), new MoneyState(row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), isGateway);

    // Where books are, and the setting that says so.
    sealed record Server(PostgresDatabase Database, string Setting);

    sealed record Book(string Party, Server Server, string Select, string Id, Func<DbDataReader, LedgerEntry> Map)
    {
        public async IAsyncEnumerable<LedgerEntry> Read(Guid[]? orders, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var connection = await Opened(cancellationToken);
            await using var command = connection.CreateCommand();
            // A million rows take longer than a statement usually may.
            command.CommandTimeout = 0;
            command.CommandText = $"SELECT * FROM ({Select}) book {(orders is null ? "" : $"WHERE {Id} = ANY(@orders)")} ORDER BY {Id}";
            if (orders is not null)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ("orders", orders);
                command.Parameters.Add(parameter);
            }

            await using var reader = await Named(() => command.ExecuteReaderAsync(cancellationToken));
            while (await Named(() => reader.ReadAsync(cancellationToken)))
                yield return Map(reader);
        }

        Task<DbConnection> Opened(CancellationToken cancellationToken) => Named(() => Server.Database.Open(cancellationToken));

        async Task<T> Named<T>(Func<Task<T>> read)
        {
            try
            {
                return await read();
            }
            catch (DbException e)
            {
                throw new LedgerException(Party, Server.Database.ServerName, Server.Setting, e);
            }
        }
    }
}
