using Orchestrator.Journal;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>The guarantees of the table of dead letters in both dialects.</summary>
public abstract class DeadLetterContract
{
    static readonly Guid Saga = Guid.CreateVersion7();

    Database _database = null!;
    DeadLetterStore _store = null!;
    DeadLetterLog _log = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _database = await CreateDatabase();
        await JournalSchema.Migrate(_database);
        (_store, _log) = (new(_database), new(_database));
    }

    [OneTimeTearDown]
    public Task Close() => _database.DisposeAsync().AsTask();

    [SetUp]
    public Task Clear() => _database.Write(sql => sql.Execute("DELETE FROM dead_letter"));

    [Test]
    public async Task A_message_that_fails_again_is_one_with_what_it_was_before()
    {
        var message = Guid.CreateVersion7();
        var first = await Add(message: message);
        await _log.MarkRedriven(first.Id, "ada", "hope", default);
        var second = await Add(message: message, from: first.Id);
        await _log.MarkRedriven(second.Id, "bob", "more hope", default);
        var third = await Add(message: message, from: second.Id);

        var (listed, matching) = await _log.List(new(), 10, default);
        (listed.Single().Id, matching).ShouldBe((third.Id, 1));
        (listed[0].FirstId, listed[0].Times, listed[0].State).ShouldBe((first.Id, 3, DeadLetterState.Open));
        (await _log.List(new() { State = null }, 10, default)).Matching.ShouldBe(1);
        (await _log.List(new() { State = DeadLetterState.Redriven }, 10, default)).Matching.ShouldBe(0);
        foreach (var one in new[] { first, second, third })
            (await _log.Chain(one.Id, default)).Select(letter => letter.Id).ShouldBe([first.Id, second.Id, third.Id]);
        (await _log.Chain(first.Id, default))[1].Redriven!.ShouldSatisfyAllConditions(
            act => act.By.ShouldBe("bob"), act => act.Why.ShouldBe("more hope"));
    }

    [Test]
    public async Task A_message_that_was_sent_back_and_did_not_come_again_is_shown_as_that()
    {
        var first = await Add();
        await _log.MarkRedriven(first.Id, "ada", "hope", default);
        (await _log.List(new(), 10, default)).Matching.ShouldBe(0);
        (await _log.List(new() { State = DeadLetterState.Redriven }, 10, default)).Entries.Single().Id.ShouldBe(first.Id);
    }

    [Test]
    public async Task A_message_is_not_linked_to_another_one_whatever_it_claims()
    {
        var (message, first) = (Guid.CreateVersion7(), await Add());
        await Add(message: message, from: first.Id);
        await Add(queue: "payment-commands", message: first.MessageId, from: first.Id);
        await Add(message: message, from: Guid.CreateVersion7());
        (await _log.List(new(), 10, default)).Entries.Select(letter => letter.Times).ShouldBe([1, 1, 1, 1]);
    }

    [Test]
    public async Task A_message_without_an_id_is_linked_too()
    {
        var first = await Add(message: Guid.Empty);
        await _log.MarkRedriven(first.Id, "ada", "hope", default);
        await Add(message: Guid.Empty, from: first.Id);
        (await _log.List(new(), 10, default)).Entries.Single().Times.ShouldBe(2);
    }

    [Test]
    public async Task What_is_discarded_stays_as_it_is_with_who_did_so_and_why()
    {
        var letter = await Add();
        (await _log.Discard(letter.Id, "ada", "junk", default)).ShouldBeTrue();
        (await _log.Discard(letter.Id, "eve", "me too", default)).ShouldBeFalse();
        (await _log.List(new(), 10, default)).Matching.ShouldBe(0);
        (await _log.Ids(new(), default)).ShouldBeEmpty();
        var kept = (await _log.List(new() { State = DeadLetterState.Discarded }, 10, default)).Entries.Single();
        (kept.Discarded!.By, kept.Discarded.Why, kept.State).ShouldBe(("ada", "junk", DeadLetterState.Discarded));
        (await _log.Find(letter.Id, default))!.Body.ShouldBe(letter.Body);

        var redriven = await Add();
        await _log.MarkRedriven(redriven.Id, "ada", "hope", default);
        (await _log.Discard(redriven.Id, "eve", "junk", default)).ShouldBeFalse();
    }

    [Test]
    public async Task They_are_found_by_queue_type_saga_class_and_age()
    {
        var (wanted, _) = (
            await Add(queue: "payment-commands", type: "CapturePayment", saga: Saga, reasonClass: DeadLetterReason.Rejected), await Add());
        var now = _database.Time.GetUtcNow();
        foreach (var filter in new DeadLetterFilter[]
        {
            new() { Queue = "payment-commands" },
            new() { MessageType = "CapturePayment" },
            new() { Sagas = [Guid.CreateVersion7(), Saga] },
            new() { ReasonClass = DeadLetterReason.Rejected },
            new() { Queue = "payment-commands", MessageType = "CapturePayment", Sagas = [Saga], Since = now - TimeSpan.FromHours(1) },
        })
            (await _log.Ids(filter, default)).ShouldBe([wanted.Id]);
        (await _log.Ids(new() { Queue = "payment-commands", MessageType = "VoidPayment" }, default)).ShouldBeEmpty();
        (await _log.List(new() { Before = now - TimeSpan.FromHours(1) }, 10, default)).Matching.ShouldBe(0);
        (await _log.List(new() { Since = now + TimeSpan.FromHours(1) }, 10, default)).Matching.ShouldBe(0);
        var (entries, matching) = await _log.List(new() { Before = now + TimeSpan.FromHours(1) }, 1, default);
        (entries.Count, matching).ShouldBe((1, 2));
    }

    protected abstract Task<Database> CreateDatabase();

    async Task<DeadLetter> Add(
        string queue = "order-fulfilment", string type = "PaymentVoided", Guid? saga = null, Guid? message = null, Guid? from = null,
        string reasonClass = DeadLetterReason.Failed)
    {
        Guid? id = message is { } given ? given == Guid.Empty ? null : given : Guid.CreateVersion7();
        var letter = new DeadLetter(
            Guid.CreateVersion7(), queue, id, type, saga, "a test", null, "{}", "what it says", false, null, reasonClass, from);
        await _store.Add(letter, CancellationToken.None);
        return letter;
    }
}
