using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Engine;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>The books of all parties about the sagas of one kind, read side by side in order of the saga ids.</summary>
public sealed class Ledgers : IAsyncDisposable
{
    const string SagasSetting = "Postgres";

    readonly Dictionary<string, (PostgresDatabase Database, string Setting)> _servers;
    readonly IReadOnlyList<LedgerReader> _readers;

    Ledgers(
        ISagaReconciliation reconciliation, Dictionary<string, (PostgresDatabase Database, string Setting)> servers,
        IEnumerable<Book> books)
    {
        Reconciliation = reconciliation;
        _servers = servers;
        _readers = [.. books.Select(book => new LedgerReader(book, servers[book.Party].Database, servers[book.Party].Setting))];
    }

    /// <summary>What must agree between the books.</summary>
    public ISagaReconciliation Reconciliation { get; }

    /// <summary>The database of the sagas.</summary>
    public Database Sagas => _servers[SagaJournal.Party].Database;

    /// <summary>
    /// Reads from the configured databases: <c>ConnectionStrings:Bank</c> for the party <c>bank</c> and so on. A party without
    /// a setting of its own is read at <c>ConnectionStrings:Postgres</c>.
    /// </summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="reconciliation">Which books there are.</param>
    /// <param name="kinds">The kinds of saga of the host.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SettingsException">A connection string is missing or can't be understood.</exception>
    public static Ledgers Connect(
        IConfiguration configuration, ISagaReconciliation reconciliation, IReadOnlyCollection<ISagaKind> kinds, TimeProvider time)
    {
        var kind = kinds.FirstOrDefault(one => one.Name == reconciliation.SagaKind) ?? throw new DefinitionException(
            reconciliation.SagaKind,
            $"{reconciliation.GetType().Name} compares its books, and the host has no such saga; it has "
            + string.Join(", ", kinds.Select(one => one.Name)));
        // The sagas are read last: what another book knew before is known to its saga by then.
        List<Book> books = [.. reconciliation.Books, DeadStarts(kind), SagasOf(kind)];
        var problems = new List<string>();
        var strings = books.Select(book => book.Party).Distinct()
            .ToDictionary(party => party, party => ConnectionString(configuration, party, problems));
        if (problems.Count > 0)
            throw new SettingsException([.. problems.Distinct()]);
        return new Ledgers(
            reconciliation,
            strings.ToDictionary(
                party => party.Key,
                party => (
                    PostgresDatabase.Connect(
                        party.Value.Text, party.Key, time, NullLogger<PostgresDatabase>.Instance, readsSlowly: true),
                    party.Value.Setting)),
            books);
    }

    /// <summary>All sagas that any book knows, in order of their ids. It needs as much memory for a million as for ten.</summary>
    public IAsyncEnumerable<SagaBooks> All(CancellationToken cancellationToken) =>
        Merge([.. _readers.Select(reader => reader.Read(null, cancellationToken))], cancellationToken);

    /// <summary>Some sagas.</summary>
    public IAsyncEnumerable<SagaBooks> Of(IReadOnlyCollection<Guid> sagas, CancellationToken cancellationToken) =>
        Merge([.. _readers.Select(reader => reader.Read([.. sagas], cancellationToken))], cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var (database, _) in _servers.Values)
            await database.DisposeAsync();
    }

    // Data is not read: a damaged row must not keep the books of all others from being compared.
    static Book SagasOf(ISagaKind kind) => new(
        SagaJournal.Party, $"SELECT id, business_key, state, completed_at FROM saga WHERE kind = '{kind.Name}'", "id",
        row => new SagaEntry(
            row.GetGuid(0), row.GetString(1), Enum.Parse<Lifecycle>(row.GetString(2)),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)));

    static Book DeadStarts(ISagaKind kind) => new(
        SagaJournal.Party,
        $"""
         SELECT saga_id, reason FROM dead_letter
         WHERE message_type = '{kind.Receives.Single(kind.IsStartedBy).Name}'
           AND saga_id IS NOT NULL AND redriven_at IS NULL AND discarded_at IS NULL
         """, "saga_id",
        row => new DeadStartEntry(row.GetGuid(0), row.GetString(1)));

    static (string Setting, string Text) ConnectionString(IConfiguration configuration, string party, List<string> problems)
    {
        var name = party == SagaJournal.Party ? SagasSetting : Connections.NameOf(party);
        var text = configuration.PostgresOf(name);
        // A problem of the setting that stands in for it is reported once, as a problem of that setting.
        if (text is null && name != SagasSetting)
            return (SagasSetting, configuration.PostgresOf(SagasSetting) ?? "");
        const string Example = "'Host=localhost;Database=orchestrator;Username=…;Password=…'";
        if (string.IsNullOrWhiteSpace(text))
            problems.Add(
                $"ConnectionStrings:{name} is missing; set the environment variable ConnectionStrings__{name}, for example to {Example}.");
        else if (PostgresDatabase.Problem(text) is { } problem)
            problems.Add($"ConnectionStrings:{name} {problem}; it is written like {Example}.");
        return (name, text ?? "");
    }

    static async IAsyncEnumerable<SagaBooks> Merge(
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
                var saga = readers.Min(reader => reader.Current.SagaId);
                var entries = new List<LedgerEntry>(readers.Count);
                for (var i = readers.Count - 1; i >= 0; i--)
                {
                    while (readers[i].Current.SagaId == saga)
                    {
                        entries.Add(readers[i].Current);
                        if (await readers[i].MoveNextAsync())
                            continue;
                        await readers[i].DisposeAsync();
                        readers.RemoveAt(i);
                        break;
                    }
                }

                yield return new SagaBooks(saga, entries);
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }
    }
}
