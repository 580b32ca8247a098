using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>Two replicas of a party that act on the same key at the same time.</summary>
public sealed class Two_replicas_that_share_transactions
{
    readonly TaskCompletionSource _bothHaveLooked = new();
    Database _database = null!;
    int _looked;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = SharedPostgres.Open(await SharedPostgres.CreateDatabase());
        await _database.Write(sql => sql.Execute("CREATE TABLE counter (key integer PRIMARY KEY, value integer NOT NULL)"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _database.DisposeAsync();

    [Test]
    public async Task Both_act_although_neither_finds_what_both_then_store()
    {
        using var one = new SharedTransactions<int, Counter>(_database, Load, Save, AreLocked);
        using var other = new SharedTransactions<int, Counter>(_database, Load, Save, AreLocked);
        (await Task.WhenAll(one.Act(7, Count, default), other.Act(7, Count, default))).ShouldBe([1, 2], ignoreOrder: true);
        (await _database.Read(sql => sql.First("SELECT value FROM counter WHERE key = 7", row => row.GetInt32(0)))).ShouldBe(2);
    }

    static int Count(Counter counter) => ++counter.Value;

    async Task<IReadOnlyList<Counter>> Load(Sql sql, IReadOnlyList<int> keys)
    {
        var found = await sql.Query(
            "SELECT value FROM counter WHERE key = @key FOR UPDATE", row => row.GetInt32(0), ("key", keys.Single()));
        // Both see that there is no row, before one of them stores.
        if (Interlocked.Increment(ref _looked) == 2)
            _bothHaveLooked.SetResult();
        await _bothHaveLooked.Task;
        return [new Counter { Key = keys.Single(), IsNew = found.Count == 0, Value = found.SingleOrDefault() }];
    }

    static async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<int> keys)
    {
        var locked = await sql.Locked("counter", "key", keys.ToArray());
        return [.. keys.Select(locked.Contains)];
    }

    static async Task Save(Sql sql, IReadOnlyList<Counter> counters)
    {
        foreach (var counter in counters)
        {
            await sql.Execute(
                counter.IsNew
                ? "INSERT INTO counter (key, value) VALUES (@key, @value)" : "UPDATE counter SET value = @value WHERE key = @key",
                ("key", counter.Key), ("value", counter.Value));
        }
    }

    sealed class Counter
    {
        public required int Key { get; init; }

        public required bool IsNew { get; init; }

        public required int Value { get; set; }
    }
}
