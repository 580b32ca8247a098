using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Journal;
using Orchestrator.Journal.Postgres;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>A database for one test, in one of the dialects.</summary>
public abstract class StoreOfEitherDialect(bool postgres)
{
    TemporaryFolder? _folder;

    protected bool Sqlite => !postgres;

    protected Database Database { get; private set; } = null!;

    protected IJournalStore Store { get; private set; } = null!;

    protected SagaJournal Journal { get; private set; } = null!;

    private protected static SagaKind<Order> Orders => TestOrder.Kind;

    /// <summary>The clock of the process.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    [SetUp]
    public async Task Open()
    {
        if (postgres)
        {
            Database = new PostgresDatabase(
                NpgsqlDataSource.Create(await SharedPostgres.CreateDatabase()), Time, NullLogger<PostgresDatabase>.Instance);
            Store = new PostgresJournalStore((PostgresDatabase)Database);
        }
        else
        {
            _folder = new TemporaryFolder();
            Database = new SqliteDatabase(_folder["journal.db"], Time, NullLogger<SqliteDatabase>.Instance);
            Store = new SqliteJournalStore(Database);
        }

        Journal = new SagaJournal(Store);
        await Prepare();
    }

    [TearDown]
    public async Task Close()
    {
        await Journal.DisposeAsync();
        await Database.DisposeAsync();
        _folder?.Dispose();
    }

    /// <summary>Makes the tables.</summary>
    protected virtual async Task Prepare()
    {
        await JournalSchema.Migrate(Database);
        await Views.Bring(Database, Orders);
    }

    protected Task<int> Run(string sql, params (string, object?)[] parameters) =>
        Database.Write(statements => statements.Execute(sql, parameters));

    /// <summary>The columns of the only row of a query, separated by bars. Numbers have the form that people write.</summary>
    protected async Task<string> Row(string sql, params (string, object?)[] parameters) =>
        (await Rows(sql, parameters)).ShouldHaveSingleItem();

    protected Task<List<string>> Rows(string sql, params (string, object?)[] parameters) => Database.Read(statements => statements.Query(
        sql, row =>
            string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => FormattableString.Invariant($"{row.GetValue(i)}"))),
            parameters));

    /// <summary>Writes a saga as a worker of the version before does.</summary>
    protected async Task<Guid> Insert(string data, Guid? id = null)
    {
        var saga = id ?? Guid.CreateVersion7();
        await Run(
            $"""
             INSERT INTO saga (
                 kind, id, business_key, state, step, version, last_message_id, definition_version, data, created_at, updated_at)
             VALUES ('order-fulfilment', @id, 'raw', 'Running', 'ReserveStock', 1, @id, 1, @data{(postgres ? "::jsonb" : "")}, @at, @at)
             """,
            ("id", saga), ("data", data), ("at", DateTimeOffset.UtcNow));
        return saga;
    }

    /// <summary>Writes sagas with the numbers N-1, N-2 and so on, for the customers C-0, C-1 and so on.</summary>
    protected Task<int> InsertMany(int count, int customers) => Run(
        $$"""
        INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, created_at, updated_at)
        SELECT 'order-fulfilment', {{IdOf("n")}}, 'N-' || n, 'Running', 'ReserveStock', 1, {{IdOf("n")}}, 1,
               {{(Sqlite ? "json_object" : "jsonb_build_object")}}('orderNumber', 'N-' || n, 'customerId', 'C-' || (n % {{customers}})),
               @at, @at
        FROM {{(Sqlite
            ? $"(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) SELECT n FROM n)"
            : $"generate_series(1, {count}) n")}}
        """,
        ("at", DateTimeOffset.UtcNow));

    string IdOf(string number) =>
        Sqlite ? $"printf('00000000-0000-7000-8000-%012d', {number})"
        : $"('00000000-0000-7000-8000-' || lpad({number}::text, 12, '0'))::uuid";
}
