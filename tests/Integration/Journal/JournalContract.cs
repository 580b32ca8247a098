using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>The guarantees of the journal in both dialects.</summary>
public abstract class JournalContract
{
    Database _database = null!;
    CountingStore _store = null!;
    SagaJournal _journal = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _database = await CreateDatabase();
        await JournalSchema.Migrate(_database);
        await Views.Bring(_database, TestOrder.Kind);
        _store = new CountingStore(CreateStore(_database));
        _journal = new SagaJournal(_store);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _journal.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_message_writes_one_saga_row_and_one_journal_row()
    {
        var order = new TestOrder(_journal);
        var outgoing = await order.Handle(order.Submitted);
        outgoing.Select(sent => sent.MessageType).ShouldBe(["ReserveStock", "AuthorizePayment"]);

        var (saga, seen) = await Load(order, Guid.NewGuid());
        saga!.State.ShouldBe("Running");
        saga.Step.ShouldBe("ReserveStock, AuthorizePayment");
        saga.BusinessKey.ShouldBe(order.Number);
        saga.Version.ShouldBe(1);
        saga.CompletedAt.ShouldBeNull();
        seen.ShouldBeNull();
    }

    [Test]
    public async Task The_journal_row_holds_the_message_and_all_that_it_carried()
    {
        var order = new TestOrder(_journal);
        var envelope = TestOrder.Wrap(order.Submitted);
        await order.Handle(order.Submitted, envelope);

        var (saga, seen) = await Load(order, envelope.MessageId);
        seen!.Event.ShouldBe(envelope.ToJson());
        Envelope.FromJson(seen.Event).ShouldSatisfyAllConditions(
            kept => kept.CorrelationId.ShouldBe(order.Id),
            kept => kept.CausationId.ShouldBe(envelope.CausationId),
            kept => kept.ConversationId.ShouldBe(envelope.ConversationId),
            kept => kept.Source.ShouldBe("test"),
            kept => kept.SentAt.ShouldBe(envelope.SentAt),
            kept => kept.SchemaVersion.ShouldBe(1));
        seen.ShouldSatisfyAllConditions(
            row => row.Seq.ShouldBe(1),
            row => row.FromState.ShouldBeNull(),
            row => row.ToState.ShouldBe("Running: ReserveStock, AuthorizePayment"),
            row => row.Actor.ShouldBe("ann"),
            row => row.TraceId.ShouldBe("4bf92f3577b34da6a3ce929d0e0e4736"),
            row => row.At.ShouldBe(saga!.UpdatedAt));
    }

    [Test]
    public async Task A_message_costs_two_round_trips_and_one_commit()
    {
        var order = new TestOrder(_journal);
        var before = (_store.Loads, _store.Commits);
        await order.Handle(order.Submitted);
        (_store.Loads - before.Loads, _store.Commits - before.Commits).ShouldBe((1, 1));
    }

    [Test]
    public async Task A_message_that_comes_again_moves_nothing_and_returns_what_is_still_of_use()
    {
        var order = new TestOrder(_journal);
        var id = Guid.CreateVersion7();
        var first = await order.Handle(order.Submitted, id);
        var again = await order.Handle(order.Submitted, id);
        again.Select(sent => sent.MessageId).ShouldBe(first.Select(sent => sent.MessageId));
        again.Select(sent => sent.ToJson()).ShouldBe(first.Select(sent => sent.ToJson()));

        await order.Handle(order.Reserved);
        (await order.Handle(order.Submitted, id)).Select(sent => sent.MessageType).ShouldBe(["AuthorizePayment"]);
        await order.Handle(order.Authorized);
        (await order.Handle(order.Submitted, id)).ShouldBeEmpty();
        order.Decisions.ShouldBe(3);
        (await Load(order, id)).Saga!.Version.ShouldBe(3);
    }

    [Test]
    public async Task An_event_is_returned_again_however_late()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await order.Handle(order.StockRefused);
        var id = Guid.CreateVersion7();
        await order.Handle(order.Voided, id);
        await order.Handle(order.Authorized);
        (await order.Handle(order.Voided, id)).Single().MessageType.ShouldBe("OrderCancelled");
    }

    [Test]
    public async Task Four_copies_of_a_message_at_once_move_the_saga_once()
    {
        var order = new TestOrder(_journal);
        var envelope = TestOrder.Wrap(order.Submitted);
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => order.Handle(order.Submitted, envelope)));
        results.ShouldAllBe(sent => sent.Count == 2);
        results.SelectMany(sent => sent.Select(message => message.MessageId)).Distinct().Count().ShouldBe(2);
        (await Load(order, envelope.MessageId)).Saga!.Version.ShouldBe(1);
    }

    [Test]
    public async Task Two_processes_that_decide_at_once_both_get_their_turn()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var overtaken = false;
        await order.Handle(order.Reserved, TestOrder.Wrap(order.Reserved), whileDeciding: async () =>
        {
            if (overtaken)
                return;
            overtaken = true;
            await other.Handle(
                TestOrder.Deliver(order.Authorized),
                loaded => TestOrder.Decide(loaded, order.Authorized), CancellationToken.None);
        });

        var (saga, _) = await Load(order, Guid.NewGuid());
        saga!.Version.ShouldBe(3);
        saga.Step.ShouldBe("BookShipment");
    }

    [Test]
    public async Task Another_copy_of_a_message_sends_nothing_and_a_redelivery_of_it_does()
    {
        var order = new TestOrder(_journal);
        var submitted = TestOrder.Wrap(order.Submitted);
        var first = await order.Handle(order.Submitted, submitted, isRedelivery: false);
        (await order.Handle(order.Submitted, submitted, isRedelivery: false))
            .ShouldBeEmpty("the handler of the first delivery sends, or the message comes again");
        (await order.Handle(order.Submitted, submitted, isRedelivery: true)).Select(sent => sent.MessageId)
            .ShouldBe(first.Select(sent => sent.MessageId));
    }

    [Test]
    public async Task Rejects_a_message_whose_unknown_fields_hold_what_can_not_be_kept()
    {
        var order = new TestOrder(_journal);
        var submitted = TestOrder.Wrap(order.Submitted);
        var foreign = submitted with { Message = JsonDocument.Parse("""{"note":"\ud800"}""").RootElement };
        (await Should.ThrowAsync<RejectedMessageException>(() => order.Handle(order.Submitted, foreign)))
            .Message.ShouldStartWith($"OrderSubmitted {submitted.MessageId} holds text that is no Unicode: ");
    }

    [Test]
    public async Task Two_processes_can_not_both_start_a_saga()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var order = new TestOrder(_journal);
        var overtaken = false;
        await order.Handle(order.Submitted, TestOrder.Wrap(order.Submitted), whileDeciding: async () =>
        {
            if (overtaken)
                return;
            overtaken = true;
            await other.Handle(
                TestOrder.Deliver(order.Submitted),
                loaded => TestOrder.Decide(loaded, order.Submitted), CancellationToken.None);
        });

        (await Timeline(order)).ShouldBe([(1, "OrderSubmitted", "ReserveStock, AuthorizePayment"), (2, "OrderSubmitted", null)]);
    }

    [Test]
    public async Task A_write_against_a_saga_that_was_moved_writes_neither_row()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var (stale, _) = await Load(order, Guid.NewGuid());
        await order.Handle(order.Reserved);
        var (now, _) = await Load(order, Guid.NewGuid());

        foreach (var before in new[] { stale, null, now! with { LastMessageId = Guid.NewGuid() } })
            (await _store.Commit([WriteOf(before, now!)], CancellationToken.None)).ShouldBe([false]);
        (await Timeline(order)).Count.ShouldBe(2);
        (await _store.Commit([WriteOf(now, now!)], CancellationToken.None)).ShouldBe([true]);
    }

    [Test]
    public async Task A_known_message_id_with_another_content_is_rejected()
    {
        var order = new TestOrder(_journal);
        var id = Guid.CreateVersion7();
        await order.Handle(order.Submitted, id);
        (await Should.ThrowAsync<RejectedMessageException>(() => order.Handle(order.Submitted with { CustomerId = "MALLORY" }, id)))
            .Message.ShouldBe(
                $"OrderSubmitted {id} differs from the OrderSubmitted of the same message id that order-fulfilment {order.Id} has seen as "
                + $"its transition 1");
    }

    [Test]
    public async Task A_saga_of_a_newer_definition_is_left_alone()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var (saga, _) = await Load(order, Guid.NewGuid());
        await _store.Commit([WriteOf(saga, saga! with { DefinitionVersion = 99 })], CancellationToken.None);
        (await Should.ThrowAsync<NewerDefinitionException>(() => order.Handle(order.Reserved)))
            .Message.ShouldBe(
                $"order-fulfilment {order.Id} runs on version 99 of its definition and this process has version "
                + $"{TestOrder.Kind.DefinitionVersion}; run the newer program");
    }

    [Test]
    public async Task A_saga_that_has_attempted_a_step_which_is_no_more_is_left_to_the_version_that_has_it()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var (saga, _) = await Load(order, Guid.NewGuid());
        var before =
            saga! with { DefinitionVersion = 1, Data = saga.Data.Replace("AuthorizePayment", "CheckCredit", StringComparison.Ordinal) };
        await _store.Commit([WriteOf(saga, before)], CancellationToken.None);
        (await Should.ThrowAsync<RemovedStepException>(() => order.Handle(order.Reserved))).Message.ShouldBe(
            $"order-fulfilment {order.Id} has attempted CheckCredit, a step that version {TestOrder.Kind.DefinitionVersion} of its "
            + $"definition no longer has; "
            + "keep a replica of the version that has it until the saga has ended");
        (await Timeline(order)).Count.ShouldBe(2);

        // This is true for an undone step too: its success may still come late and must be undone.
        (saga, _) = await Load(order, Guid.NewGuid());
        var undone = saga! with { Data = before.Data.Replace("\"Sent\"", "\"Undone\"", StringComparison.Ordinal) };
        await _store.Commit([WriteOf(saga, undone)], CancellationToken.None);
        await Should.ThrowAsync<RemovedStepException>(() => order.Handle(order.Reserved));

        (saga, _) = await Load(order, Guid.NewGuid());
        await _store.Commit([WriteOf(saga, saga! with { CompletedAt = DateTimeOffset.UnixEpoch })], CancellationToken.None);
        // Every version can decide for a saga that has ended. It keeps the version that could undo a late success.
        await _journal.Handle(
            TestOrder.Deliver(order.Reserved),
            loaded => TestOrder.Decide(loaded, order.Reserved) with { IsTerminal = true }, CancellationToken.None);
        (saga, _) = await Load(order, Guid.NewGuid());
        saga!.DefinitionVersion.ShouldBe(1);
        (await _database.Read(sql => sql.First(
            "SELECT definition_version FROM journal WHERE saga_id = @id ORDER BY seq DESC LIMIT 1", row =>
                row.GetInt32(0), ("id", order.Id)))).ShouldBe(TestOrder.Kind.DefinitionVersion);

        await order.Handle(order.Reserved);
        (saga, _) = await Load(order, Guid.NewGuid());
        saga!.DefinitionVersion.ShouldBe(TestOrder.Kind.DefinitionVersion, "it is under way again");
    }

    [Test]
    public async Task Many_sagas_at_once_share_round_trips_and_each_moves_once()
    {
        var before = (_store.Loads, _store.Commits);
        var orders = Enumerable.Range(0, 500).Select(_ => new TestOrder(_journal)).ToList();
        await Task.WhenAll(orders.Select(order => order.Handle(order.Submitted)));
        await Task.WhenAll(orders.Select(async order =>
        {
            await Task.WhenAll(order.Handle(order.Reserved), order.Handle(order.Authorized));
        }));

        foreach (var order in orders)
        {
            var (saga, _) = await Load(order, Guid.NewGuid());
            saga!.Version.ShouldBe(3);
            saga.Step.ShouldBe("BookShipment");
        }

        (_store.Commits - before.Commits).ShouldBeLessThan(750);
    }

    [Test]
    public async Task Of_the_messages_that_share_a_commit_a_bad_one_fails_alone()
    {
        var orders = Enumerable.Range(0, 50).Select(_ => new TestOrder(_journal)).ToList();
        var results = await Task.WhenAll(orders.Select(async (order, i) =>
        {
            try
            {
                await _journal.Handle(
                    TestOrder.Deliver(order.Submitted),
                    loaded =>
                        i == 25 ? TestOrder.Decide(loaded, order.Submitted) with { State = null! }
                        : TestOrder.Decide(loaded, order.Submitted),
                    CancellationToken.None);
                return true;
            }
            catch (Exception e) when (e is System.Data.Common.DbException)
            {
                return false;
            }
        }));
        results.Count(ok => !ok).ShouldBe(1);
        results[25].ShouldBeFalse();
        (await Load(orders[24], Guid.NewGuid())).Saga.ShouldNotBeNull();
        (await Load(orders[25], Guid.NewGuid())).Saga.ShouldBeNull();
    }

    [Test]
    public async Task Messages_that_wait_for_one_saga_are_applied_in_turn_and_written_together()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await order.Handle(order.Reserved);
        var before = (_store.Loads, _store.Commits);
        var ids = Enumerable.Range(0, 300).Select(_ => Guid.CreateVersion7()).ToList();
        await Task.WhenAll(ids.Select(id => order.Handle(order.Reserved, id)));

        (_store.Loads - before.Loads, _store.Commits - before.Commits).ShouldSatisfyAllConditions(
            asked => asked.Item1.ShouldBeLessThanOrEqualTo(20),
            asked => asked.Item2.ShouldBeLessThanOrEqualTo(20));
        (await Load(order, ids[0])).ShouldSatisfyAllConditions(
            row => row.Saga!.Version.ShouldBe(302),
            row => row.Saga!.LastMessageId.ShouldBe(ids[^1]),
            row => row.Seen!.Seq.ShouldBe(3));
        (await Timeline(order)).Select(row => row.Seq).ShouldBe(Enumerable.Range(1, 302).Select(seq => (long)seq));
        order.Decisions.ShouldBe(302);
    }

    [Test]
    public async Task Messages_that_start_a_saga_and_move_it_on_can_share_its_first_commit()
    {
        var order = new TestOrder(_journal);
        var (deciding, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        // While this message is decided, the messages of the order gather.
        var early = Task.Run(() => order.Handle(order.Reserved, TestOrder.Wrap(order.Reserved), whileDeciding: async () =>
        {
            deciding.TrySetResult();
            await go.Task;
            throw new InvalidOperationException("there is no saga yet");
        }));
        await deciding.Task;
        var sent = Task.WhenAll(order.Handle(order.Submitted), order.Handle(order.Reserved), order.Handle(order.Authorized));
        var commits = _store.Commits;
        go.SetResult();
        await Should.ThrowAsync<InvalidOperationException>(() => early);
        (await sent).Select(outgoing => string.Join(", ", outgoing.Select(message => message.MessageType)))
            .ShouldBe(["ReserveStock, AuthorizePayment", "", "BookShipment"]);
        (_store.Commits - commits).ShouldBe(1);
        (await Load(order, Guid.NewGuid())).Saga!.ShouldSatisfyAllConditions(
            saga => saga.Version.ShouldBe(3), saga => saga.Step.ShouldBe("BookShipment"));
    }

    [Test]
    public async Task Of_the_messages_that_share_a_turn_those_that_fail_fail_alone()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var tries = Enumerable.Range(0, 40).Select(i => _journal.Handle(
            TestOrder.Deliver(order.Reserved),
            loaded => i switch
            {
                10 => throw new InvalidOperationException("can't be decided on"),
                20 => TestOrder.Decide(loaded, order.Reserved) with { State = null! },
                _ => TestOrder.Decide(loaded, order.Reserved),
            },
            CancellationToken.None)).ToList();

        (await Should.ThrowAsync<InvalidOperationException>(() => tries[10])).Message.ShouldBe("can't be decided on");
        await Should.ThrowAsync<System.Data.Common.DbException>(() => tries[20]);
        await Task.WhenAll(tries.Where((_, i) => i is not 10 and not 20));
        (await Timeline(order)).Count.ShouldBe(39);
    }

    [Test]
    public async Task A_turn_that_somebody_overtook_is_decided_again_as_a_whole()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var (order, overtaken) = (new TestOrder(_journal), 0);
        await order.Handle(order.Submitted);
        await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => order.Handle(order.Reserved, TestOrder.Wrap(order.Reserved), whileDeciding: async () =>
        {
            if (Interlocked.Increment(ref overtaken) != 10)
                return;
            await other.Handle(
                TestOrder.Deliver(order.Authorized),
                loaded => TestOrder.Decide(loaded, order.Authorized), CancellationToken.None);
        })));

        (await Timeline(order)).Count.ShouldBe(22);
        (await Load(order, Guid.NewGuid())).Saga!.ShouldSatisfyAllConditions(
            saga => saga.Version.ShouldBe(22), saga => saga.Step.ShouldBe("BookShipment"));
        overtaken.ShouldBeGreaterThan(20);
    }

    [Test]
    public async Task A_message_that_nobody_waits_for_any_longer_is_not_decided_on()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        var (deciding, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var first = Task.Run(() => order.Handle(order.Reserved, TestOrder.Wrap(order.Reserved), whileDeciding: () =>
        {
            deciding.TrySetResult();
            return go.Task;
        }));
        await deciding.Task;
        using var patience = new CancellationTokenSource();
        var second = _journal.Handle(
            TestOrder.Deliver(order.Authorized),
            loaded => TestOrder.Decide(loaded, order.Authorized), patience.Token);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        go.SetResult();
        await first;
        await order.Handle(order.Reserved);
        (await Timeline(order)).Select(row => row.Event).ShouldBe(["OrderSubmitted", "StockReserved", "StockReserved"]);
    }

    [Test]
    public async Task A_terminal_saga_says_when_it_ended_and_a_late_message_does_not_change_that()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await order.Handle(order.StockRefused);
        await order.Handle(order.Voided);
        var (ended, _) = await Load(order, Guid.NewGuid());
        ended!.State.ShouldBe("Cancelled");
        ended.CompletedAt.ShouldBe(ended.UpdatedAt);
        await order.Handle(order.StockRefused);
        var (late, _) = await Load(order, Guid.NewGuid());
        late!.Version.ShouldBe(ended.Version + 1);
        late.CompletedAt.ShouldBe(ended.CompletedAt);
    }

    [Test]
    public async Task The_view_shows_an_order_in_plain_columns()
    {
        var order = new TestOrder(_journal, "view-1");
        await order.Handle(order.Submitted);
        await order.Handle(order.Reserved);
        var row = await _database.Read(sql => sql.First(
            "SELECT order_number, customer, amount, currency, state, step, attempts, last_event, age, suspended_since FROM "
            + "order_fulfilment WHERE order_number = 'view-1'",
            reader => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i)))));
        row!.ShouldMatch(@"^view-1\|VINET\|168(\.00)?\|USD\|Running\|AuthorizePayment\|1\|StockReserved\|[0-5]\|$");
        (await _database.Read(sql => sql.First(
            "SELECT count(*) FROM order_fulfilment WHERE order_number = 'view-1' AND deadline IS NOT NULL AND next_try IS NOT NULL",
            reader => reader.GetInt64(0)))).ShouldBe(1);
    }

    [Test]
    public async Task A_definition_without_a_step_that_instances_have_attempted_is_refused()
    {
        var number = $"run-{Guid.NewGuid():N}";
        var order = new TestOrder(_journal, number);
        await order.Handle(order.Submitted);
        await RunningInstances.Check(_database, TestOrder.Kind);

        await RenameAuthorizePayment(order, "PackGoods");
        (await Should.ThrowAsync<DefinitionException>(() => RunningInstances.Check(_database, TestOrder.Kind))).Message.ShouldBe(
            $"saga order-fulfilment: 1 running saga has attempted PackGoods ({number}), a step that this definition no longer has. "
            + $"Keep the step until they have ended, or run the version that has it");

        await _database.Write(sql => sql.Execute("UPDATE saga SET completed_at = updated_at WHERE id = @id", ("id", order.Id)));
        await RunningInstances.Check(_database, TestOrder.Kind);
    }

    [Test]
    public async Task A_table_that_differs_under_the_same_version_is_refused()
    {
        await RecordedDefinitions.Check(_database, TestOrder.Kind);
        await RecordedDefinitions.Check(_database, TestOrder.Kind);
        await _database.Write(
            sql => sql.Execute(
                "UPDATE saga_definition SET steps = replace(steps, '2 BookShipment: Compensatable', '2 BookShipment: Pivot')"));
        var version = TestOrder.Kind.DefinitionVersion;
        (await Should.ThrowAsync<DefinitionException>(
            () => RecordedDefinitions.Check(_database, TestOrder.Kind))).Message.ShouldSatisfyAllConditions(
            message =>
                message.ShouldStartWith(
                    $"saga order-fulfilment: its table is not the one that has run as version {version} (gone: 2 BookShipment: Pivot"),
            message => message.ShouldContain("; new: 2 BookShipment: Compensatable"),
            message => message.ShouldEndWith($"Give this table version {version + 1}, or run the table that had version {version}"));

        // A recorded definition of another format can't be compared.
        await _database.Write(sql => sql.Execute("UPDATE saga_definition SET format = 0"));
        await RecordedDefinitions.Check(_database, TestOrder.Kind);
        (await _database.Read(
            sql => sql.First("SELECT steps FROM saga_definition WHERE kind = 'order-fulfilment'", row => row.GetString(0))))
            .ShouldBe(TestOrder.Kind.Fingerprint);
    }

    [Test]
    public async Task The_id_of_a_message_can_not_be_taken_by_a_message_of_another_type()
    {
        var (order, id) = (new TestOrder(_journal), Guid.CreateVersion7());
        await order.Handle(order.Submitted, id);
        (await order.Handle(order.Reserved, id)).ShouldBeEmpty();
        (await order.Handle(order.Authorized, id)).Select(sent => sent.MessageType).ShouldBe(["BookShipment"]);
        (await order.Handle(order.Authorized, id)).Select(sent => sent.MessageType).ShouldBe(["BookShipment"], "the same message again");
        (await order.Handle(order.Reserved, id)).ShouldBeEmpty();
        (await _database.Read(
            sql => sql.First("SELECT count(*) FROM journal WHERE saga_id = @id", row => row.GetInt64(0), ("id", order.Id)))).ShouldBe(3);
    }

    // A sender that knows the id of a message can compute the ids that are derived from it.
    [Test]
    public async Task Nor_can_the_id_by_which_such_a_message_is_known()
    {
        var (order, other, id) = (new TestOrder(_journal), new TestOrder(_journal), Guid.CreateVersion7());
        await order.Handle(order.Submitted, id);
        await order.Handle(order.Reserved, id);
        var known = await _database.Read(sql => sql.First(
            "SELECT message_id FROM journal WHERE saga_id = @id AND message_type = 'StockReserved'", row =>
                row.GetGuid(0), ("id", order.Id)));

        await other.Handle(other.Submitted, id);
        await other.Handle(other.Submitted, known);
        await other.Handle(other.Submitted, known);
        await other.Handle(other.Authorized);
        (await other.Handle(other.Reserved, id)).Select(sent => sent.MessageType).ShouldBe(["BookShipment"]);
        (await _database.Read(
            sql => sql.First("SELECT count(*) FROM journal WHERE saga_id = @id", row => row.GetInt64(0), ("id", other.Id)))).ShouldBe(4);
    }

    [Test]
    public async Task A_message_that_says_more_than_before_in_what_nobody_knows_is_the_same()
    {
        var (order, id) = (new TestOrder(_journal), Guid.CreateVersion7());
        await order.Handle(order.Submitted);
        await order.Handle(order.Reserved, id);
        var more = TestOrder.Wrap(order.Reserved, id) with
        {
            Message = JsonDocument.Parse($$"""{"orderId":"{{order.Id}}","epoch":1,"shelf":"B7"}""").RootElement,
        };
        (await order.Handle(order.Reserved, more)).ShouldBeEmpty();
        var other = more with { Message = JsonDocument.Parse($$"""{"orderId":"{{order.Id}}","epoch":2}""").RootElement };
        (await Should.ThrowAsync<RejectedMessageException>(() => order.Handle(order.Reserved, other))).Message.ShouldContain(
            "differs from the StockReserved of the same message id");
    }

    [Test]
    public async Task Of_two_sagas_with_one_business_key_the_second_is_cancelled_whichever_process_starts_it()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var first = new TestOrder(_journal);
        var (second, third) = (new TestOrder(_journal, first.Number), new TestOrder(other, first.Number));
        (await first.Handle(first.Submitted)).Count.ShouldBe(2);
        foreach (var late in new[] { second, third })
        {
            (await late.Handle(late.Submitted)).Select(sent => sent.MessageType).ShouldBe(["OrderConflicted", "OrderCancelled"]);
            (await Load(late, Guid.NewGuid())).Saga!.ShouldSatisfyAllConditions(
                saga => saga.State.ShouldBe("Cancelled"), saga => saga.CompletedAt.ShouldNotBeNull(), saga => saga.Version.ShouldBe(1));
        }

        (await first.Handle(first.Reserved)).ShouldBeEmpty();
        (await Load(first, Guid.NewGuid())).Saga!.Version.ShouldBe(2);
    }

    [Test]
    public async Task Of_many_sagas_that_start_at_once_in_two_processes_one_has_the_business_key()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var numbers = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid().ToString()).ToList();
        var orders = numbers.SelectMany(number => Enumerable.Range(0, 6).Select(i => new TestOrder(i % 2 == 0 ? _journal : other, number)))
            .ToList();
        await Task.WhenAll(orders.Select(order => order.Handle(order.Submitted)));
        (await _database.Read(sql => sql.Query(
            $"SELECT state, count(*), count(DISTINCT business_key) FROM saga WHERE {_database.Among("id", "ids")} GROUP BY state ORDER BY "
            + $"state",
            row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2)), ("ids", orders.Select(order => order.Id).ToArray()))))
            .ShouldBe([("Cancelled", 100, 20), ("Running", 20, 20)]);
    }

    [Test]
    public async Task A_saga_that_another_process_starts_while_one_decides_has_the_business_key()
    {
        await using var other = new SagaJournal(CreateStore(_database));
        var slow = new TestOrder(_journal);
        var quick = new TestOrder(other, slow.Number);
        var overtaken = false;
        var sent = await slow.Handle(slow.Submitted, TestOrder.Wrap(slow.Submitted), whileDeciding: async () =>
        {
            if (overtaken)
                return;
            overtaken = true;
            await quick.Handle(quick.Submitted);
        });
        sent.Select(message => message.MessageType).ShouldBe(["OrderConflicted", "OrderCancelled"]);
        (await Load(quick, Guid.NewGuid())).Saga!.State.ShouldBe("Running");
    }

    [Test]
    public async Task An_order_that_is_cancelled_in_advance_or_refused_takes_no_business_key()
    {
        var (first, refused) = (new TestOrder(_journal), new TestOrder(_journal));
        await refused.Handle(new CancelOrder(refused.Id, "ann", "changed her mind"));
        await first.Handle(first.Submitted);
        (await _database.Read(sql => sql.Query(
            $"SELECT saga_id FROM saga_key WHERE {_database.Among("saga_id", "ids")}", row =>
                row.GetGuid(0), ("ids", new[] { first.Id, refused.Id })))).ShouldBe([first.Id]);
    }

    [Test]
    public async Task Sagas_from_before_keep_their_business_key_and_those_that_share_one_do_no_harm()
    {
        var (first, second) = (new TestOrder(_journal), new TestOrder(_journal));
        foreach (var order in new[] { first, second })
            await order.Handle(order.Submitted);
        await _database.Write(sql => sql.Execute(
            """
            UPDATE saga SET business_key = @key WHERE id = @second;
            DROP TABLE saga_key;
            DELETE FROM journal_migrations WHERE "MigrationId" LIKE '%_SagaKeys';
            """, ("key", first.Number), ("second", second.Id)));
        await JournalSchema.Migrate(_database);

        var third = new TestOrder(_journal, first.Number);
        await third.Handle(third.Submitted);
        (await _database.Read(
            sql => sql.First("SELECT refused_reason FROM order_fulfilment WHERE id = @id", row => row.GetString(0), ("id", third.Id))))
            .ShouldBe($"order-fulfilment {first.Id} has the business key {first.Number}; give each its own");
        (await second.Handle(second.Reserved)).ShouldBeEmpty();
        (await Load(second, Guid.NewGuid())).Saga!.State.ShouldBe("Running");
    }

    Task<int> RenameAuthorizePayment(TestOrder order, string to) => _database.Write(sql => sql.Execute(
        $"UPDATE saga SET data = "
        + $"{(_database.Dialect == Dialect.Postgres ? "replace(data::text, @from, @to)::jsonb" : "replace(data, @from, @to)")} WHERE id = "
        + $"@id",
        ("from", "\"AuthorizePayment\":"), ("to", $"\"{to}\":"), ("id", order.Id)));

    [Test]
    public async Task Recovery_finds_what_unfinished_sagas_wait_for_and_what_was_finished_since_the_last_clean_stop()
    {
        var recovery = new Recovery(_store, "host-of-" + TestContext.CurrentContext.Test.ID);
        var finished = new TestOrder(_journal);
        await finished.Handle(finished.Submitted);
        await finished.Handle(finished.StockRefused);
        await finished.Handle(finished.Voided);
        (await Found(recovery, finished)).ShouldBe(["OrderCancelled"]);

        await recovery.StoppedCleanly(CancellationToken.None);
        var (underWay, turned) = (new TestOrder(_journal), new TestOrder(_journal));
        await underWay.Handle(underWay.Submitted);
        await underWay.Handle(underWay.Reserved);
        await turned.Handle(turned.Submitted);
        await turned.Handle(turned.StockRefused);
        (await Found(recovery, finished)).ShouldBeEmpty();
        (await Found(recovery, underWay)).ShouldBe(["AuthorizePayment"]);
        (await Found(recovery, turned)).ShouldBe(["VoidPayment"]);
    }

    [Test]
    public async Task Every_documented_query_runs_and_finds_something()
    {
        var (cancelled, underWay, suspended) = (new TestOrder(_journal, "10248"), new TestOrder(_journal), new TestOrder(_journal));
        foreach (var order in new[] { cancelled, underWay, suspended })
            await order.Handle(order.Submitted);
        await suspended.Handle(suspended.StockRefused);
        await suspended.Handle(new PaymentVoidRefused(suspended.Id, 1, "captured"));
        await cancelled.Handle(cancelled.StockRefused);
        await cancelled.Handle(cancelled.Voided);
        await cancelled.Handle(cancelled.Voided);

        var queries = DocumentedQueries.All();
        queries.Count.ShouldBeGreaterThanOrEqualTo(5);
        foreach (var query in queries)
            (await _database.Read(sql => sql.Query(query, _ => 0))).ShouldNotBeEmpty(query);
    }

    [Test]
    public async Task The_view_shows_why_an_order_is_suspended_and_what_is_at_stake()
    {
        var order = new TestOrder(_journal, "suspended-1");
        await order.Handle(order.Submitted);
        await order.Handle(order.StockRefused);
        await order.Handle(new PaymentVoidRefused(order.Id, 1, "captured"));
        (await _database.Read(sql => sql.First(
            """
            SELECT state, step, suspended_step, suspended_reason, money_at_risk, money_at_risk_currency, units_held, next_try, deadline
            FROM order_fulfilment WHERE order_number = 'suspended-1' AND suspended_since IS NOT NULL
            """,
            reader => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))))))!
            .ShouldMatch(@"^Suspended\|AuthorizePayment\|AuthorizePayment\|VoidPayment was refused: captured\|168(\.00)?\|USD\|0\|\|$");
    }

    protected abstract Task<Database> CreateDatabase();

    protected abstract IJournalStore CreateStore(Database database);

    static SagaWrite WriteOf(SagaRow? before, SagaRow now)
    {
        var (version, id) = ((before?.Version ?? 0) + 1, Guid.CreateVersion7());
        return new SagaWrite(
            now with { Version = version, LastMessageId = id },
            [new JournalRow(now.Kind, now.Id, version, id, "Test", "{}", null, "Test", "[]", 1, null, null, now.UpdatedAt)],
            before);
    }

    static async Task<IReadOnlyList<string>> Found(Recovery recovery, TestOrder order)
    {
        var found = new List<string>();
        await foreach (var unsettled in recovery.Find(new IgnoresNewer(), CancellationToken.None))
        {
            if (unsettled.Saga.Id == order.Id)
                found.AddRange(unsettled.Outgoing.Select(sent => sent.MessageType));
        }

        return found;
    }

    async Task<(SagaRow? Saga, JournalRow? Seen)> Load(TestOrder order, Guid messageId)
    {
        var loaded = (await _store.Load([new LoadRequest("order-fulfilment", order.Id, messageId)], CancellationToken.None)).Single();
        return (loaded.Saga, loaded.Seen);
    }

    Task<List<(long Seq, string Event, string? Sent)>> Timeline(TestOrder order) => _database.Read(sql => sql.Query(
        "SELECT seq, event, sent FROM saga_timeline WHERE saga_id = @id ORDER BY seq",
        reader => (reader.GetInt64(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)),
        ("id", order.Id)));

    /// <summary>The database of the fixture contains an order of a newer definition, from another test.</summary>
    sealed class IgnoresNewer : ISagaKind
    {
        public string Name => TestOrder.Kind.Name;

        public int DefinitionVersion => int.MaxValue;

        public string Fingerprint => TestOrder.Kind.Fingerprint;

        public IReadOnlyCollection<string> Ends => TestOrder.Kind.Ends;

        public IReadOnlyList<SagaColumn> Columns => TestOrder.Kind.Columns;

        public string? RemovedStepOf(SagaRow saga) => TestOrder.Kind.RemovedStepOf(saga);

        public IReadOnlyList<Circuit> Circuits => TestOrder.Kind.Circuits;

        public IReadOnlyList<string> Steps => TestOrder.Kind.Steps;

        public IReadOnlyCollection<Type> AnswersOf(string queue) => TestOrder.Kind.AnswersOf(queue);

        public IReadOnlyCollection<string> SendsTo => TestOrder.Kind.SendsTo;

        public IReadOnlyCollection<Type> Receives => TestOrder.Kind.Receives;

        public IReadOnlyCollection<Type> Sends => TestOrder.Kind.Sends;

        public bool IsStartedBy(Type message) => TestOrder.Kind.IsStartedBy(message);

        public string Document() => TestOrder.Kind.Document();

        public Type MessageType(string name) => TestOrder.Kind.MessageType(name);

        public SagaDecision Decide(Delivery delivery, Loaded loaded) => TestOrder.Kind.Decide(delivery, loaded);

        public bool IsAwaited(SagaRow saga, OutgoingEnvelope command) => TestOrder.Kind.IsAwaited(saga, command);
    }

    sealed class CountingStore(IJournalStore inner) : IJournalStore
    {
        int _loads, _commits;

        public int Loads => _loads;

        public int Commits => _commits;

        public Database Database => inner.Database;

        public bool IsOutage(Exception exception) => inner.IsOutage(exception);

        public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => inner.Now(cancellationToken);

        public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _loads);
            return inner.Load(requests, cancellationToken);
        }

        public Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _commits);
            return inner.Commit(writes, cancellationToken);
        }

        public Task<IReadOnlyList<Attempt<bool>>> CommitFree(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken) =>
            inner.CommitFree(writes, cancellationToken);
    }
}
