using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Storage;

/// <summary>Acts that wait while others are under way. They then run together.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class When_acts_share_a_transaction
{
    readonly List<int> _batches = [];
    readonly Dictionary<int, int> _stored = [];
    readonly TaskCompletionSource _open = new();
    TemporaryDatabase _database = null!;
    SharedTransactions<int, Counter> _counters = null!;

    [SetUp]
    public void Open()
    {
        _database = TemporaryDatabase.Create();
        _counters = new SharedTransactions<int,
        Counter>(_database, Load, Save, (_, _) => throw new InvalidOperationException("nothing is ever locked"));
    }

    [TearDown]
    public async Task Close()
    {
        _counters.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task They_are_loaded_and_saved_together()
    {
        var acts = Enumerable.Range(1, 20).Select(key => Add(key, key)).ToList();
        _open.SetResult();
        (await Task.WhenAll(acts)).ShouldBe(Enumerable.Range(1, 20));
        _stored.Values.Order().ShouldBe(Enumerable.Range(1, 20));
        _batches.Max().ShouldBeGreaterThan(10);
    }

    [Test]
    public async Task Those_on_one_key_follow_one_another()
    {
        var acts = Enumerable.Range(1, 20).Select(_ => Add(7, 1)).ToList();
        _open.SetResult();
        (await Task.WhenAll(acts)).ShouldBe(Enumerable.Range(1, 20));
        _stored[7].ShouldBe(20);
    }

    [Test]
    public async Task One_that_throws_changes_nothing_and_the_others_happen()
    {
        var acts = Enumerable.Range(1, 10).Select(key => Add(key, 1)).ToList();
        var bad = _counters.Act<int>(11, counter =>
        {
            counter.Value = 99;
            throw new InvalidOperationException("bad");
        }, default);
        acts.AddRange(Enumerable.Range(12, 10).Select(key => Add(key, 1)));
        _open.SetResult();
        await Task.WhenAll(acts);
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("bad");
        _stored.ShouldNotContainKey(11);
        _stored.Values.ShouldAllBe(value => value == 1);
        _stored.Count.ShouldBe(20);
    }

    Task<int> Add(int key, int number) => _counters.Act(key, counter => counter.Value += number, default);

    async Task<IReadOnlyList<Counter>> Load(Sql sql, IReadOnlyList<int> keys)
    {
        await _open.Task;
        _batches.Add(keys.Count);
        return [.. keys.Select(key => new Counter(key) { Value = _stored.GetValueOrDefault(key) })];
    }

    Task Save(Sql sql, IReadOnlyList<Counter> counters)
    {
        foreach (var counter in counters)
            _stored[counter.Key] = counter.Value;
        return Task.CompletedTask;
    }

    sealed class Counter(int key)
    {
        public int Key => key;

        public int Value { get; set; }
    }
}
