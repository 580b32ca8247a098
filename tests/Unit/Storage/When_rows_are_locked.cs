using System.Collections.Concurrent;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Storage;

/// <summary>Acts that share transactions, while another session has locked rows of some of them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class When_rows_are_locked
{
    readonly ConcurrentDictionary<int, bool> _locked = [], _hidden = [], _inUse = [];
    readonly ConcurrentDictionary<int, int> _stored = [];
    readonly TaskCompletionSource _open = new();
    int _waits;
    LockableDatabase _database = null!;
    SharedTransactions<int, Counter> _counters = null!;

    [SetUp]
    public void Open()
    {
        _database = new LockableDatabase();
        _counters = new SharedTransactions<int, Counter>(_database, Load, Save, AreLocked);
    }

    [TearDown]
    public async Task Close()
    {
        _counters.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Acts_on_other_rows_happen_at_once_and_those_on_locked_ones_when_the_lock_is_gone()
    {
        _locked[7] = true;
        var (locked, free) = (Add(7), Others(1, 2, 3, 8, 9));
        await free;
        locked.IsCompleted.ShouldBeFalse();
        _stored.ShouldNotContainKey(7);

        _locked.Clear();
        (await locked).ShouldBe(1);
        _stored.Values.ShouldAllBe(value => value == 1);
    }

    [Test]
    public async Task Only_the_first_batch_waits_for_a_lock_as_long_as_it_is_there()
    {
        _locked[7] = true;
        var locked = Add(7);
        await Others(1, 2, 3);
        var waits = _waits;
        for (var key = 10; key < 20; key++)
            await Add(key);
        _waits.ShouldBe(waits);
        _locked.Clear();
        await locked;
    }

    [Test]
    public async Task A_row_that_is_always_in_use_has_its_turn_again_once_a_long_lock_is_gone()
    {
        (_locked[7], _inUse[7]) = (true, true);
        var locked = Add(7);
        await Others(1, 2, 3);
        _locked.Clear();
        // A check always finds the row locked, but an act that waits for the lock gets it. The clock runs fast: this is 200 s.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var act = locked;
        while (!patience.IsCancellationRequested && await Task.WhenAny(act) is { Exception.InnerException: DeferredMessageException })
            act = Add(7);
        (await act).ShouldBe(1);
    }

    [Test]
    public async Task Rows_that_another_session_is_inserting_are_found_although_they_can_not_be_seen()
    {
        _hidden[7] = true;
        var (locked, free) = (Add(7), Others(1, 2, 3, 8, 9));
        await free;
        locked.IsCompleted.ShouldBeFalse();
        _hidden.Clear();
        (await locked).ShouldBe(1);
    }

    [Test]
    public async Task An_act_whose_row_stays_locked_is_deferred_and_does_not_happen_later()
    {
        _locked[7] = true;
        _open.SetResult();
        await Should.ThrowAsync<DeferredMessageException>(Add(7));
        _locked.Clear();
        await Others(1, 2, 3);
        _stored.ShouldNotContainKey(7);
        (await Add(7)).ShouldBe(1);
    }

    [Test]
    public async Task Of_a_crowd_most_are_deferred_soon_and_leave_their_places_to_others()
    {
        _locked[7] = true;
        _open.SetResult();
        var began = _database.Time.GetTimestamp();
        var crowd = Enumerable.Range(0, 40).Select(_ => Add(7)).ToList();
        await Should.ThrowAsync<DeferredMessageException>(await Task.WhenAny(crowd));
        _database.Time.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(4));
        foreach (var act in crowd)
            await Should.ThrowAsync<DeferredMessageException>(act);
    }

    [Test]
    public async Task One_that_throws_fails_alone()
    {
        _locked[7] = true;
        var locked = Add(7);
        await Others(1, 2, 3);
        var bad = _counters.Act<int>(8, _ => throw new InvalidOperationException("bad"), default);
        await Others(11, 12, 13);
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("bad");
        _locked.Clear();
        await locked;
    }

    Task<int> Add(int key) => _counters.Act(key, counter => ++counter.Value, default);

    Task<int[]> Others(params int[] keys)
    {
        var acts = keys.Select(Add).ToList();
        _open.TrySetResult();
        return Task.WhenAll(acts);
    }

    // A batch that waits for its locks. It gets them, or reaches the limit of the session.
    async Task<IReadOnlyList<Counter>> Load(Sql sql, IReadOnlyList<int> keys)
    {
        await _open.Task;
        if (keys.Any(_locked.ContainsKey))
        {
            Interlocked.Increment(ref _waits);
            throw new LockableDatabase.LockedException();
        }

        return [.. keys.Select(key => new Counter(key) { Value = _stored.GetValueOrDefault(key) })];
    }

    Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<int> keys) =>
        Task.FromResult<IReadOnlyList<bool>>([.. keys.Select(key => _locked.ContainsKey(key) || _inUse.ContainsKey(key))]);

    Task Save(Sql sql, IReadOnlyList<Counter> counters)
    {
        if (counters.Any(counter => _hidden.ContainsKey(counter.Key)))
            throw new LockableDatabase.LockedException();
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
