using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Participants;

public abstract class When_a_participant_is_a_table_of_operations(ITestDatabase store) : AirlineTests(store)
{
    [Test]
    public async Task The_state_and_the_outcome_are_stored_together()
    {
        (await Reserve()).ShouldBe(new SeatReserved(Trip, 1, "1A"));
        (await Column("number")).ShouldBe("1A");
        (await Column("reserved_at")).ShouldNotBeNull();
        (await Acts()).ShouldBe([("ReserveSeat", 1, "Done")]);
    }

    // Otherwise the mistake would appear only when an undo overtakes its command for the first time.
    [Test]
    public void An_operation_that_can_be_undone_must_have_an_answer_for_its_refusal() =>
        Should.Throw<InvalidOperationException>(() => new SpeechlessAirline(Database)).Message.ShouldBe(
            "SpeechlessAirline undoes ReserveSeat by ReleaseSeat, and ReserveSeat has no answer for a refusal. "
            + "The undo may come first, and then ReserveSeat is refused; "
            + "state the answer of that in Does<ReserveSeat>(…, refused: act => …)");

    [Test]
    public async Task An_answer_is_that_of_its_time_whatever_the_state_is_now()
    {
        await Reserve();
        var first = await Airline.Handle(new PrintTicket(Trip, 1));
        first.ShouldBe(new TicketPrinted(Trip, 1, "seat 1A, ticket 1"));
        (await Airline.Handle(new PrintTicket(Trip, 2))).ShouldBe(new TicketPrinted(Trip, 2, "seat 1A, ticket 2"));
        (await Airline.Handle(new PrintTicket(Trip, 1))).ShouldBe(first);
        (await Column("tickets")).ShouldBe("2");
    }

    [Test]
    public async Task A_refusal_keeps_its_words_after_its_undo()
    {
        var refused = await Reserve(flight: "FULL");
        refused.ShouldBe(new SeatRefused(Trip, 1, "no seat is free"));
        (await Release()).ShouldBe(new SeatReleased(Trip, 1));
        (await Reserve()).ShouldBe(refused);
        (await Reserve(epoch: 2)).ShouldBe(new SeatReserved(Trip, 2, "2A"));
    }

    [Test]
    public async Task An_epoch_that_an_operator_gave_up_is_not_done_late()
    {
        await Reserve(epoch: 2, flight: "FULL");
        (await Reserve(epoch: 1)).ShouldBe(new SeatRefused(Trip, 1, "overtaken by a later try"));
    }

    [Test]
    public async Task An_undo_of_a_refused_epoch_refuses_the_ones_before_it()
    {
        await Reserve(epoch: 2, flight: "FULL");
        await Release(epoch: 2);
        (await Reserve(epoch: 1)).ShouldBe(new SeatRefused(Trip, 1, "released before it was reserved"));
        (await Acts()).ShouldBe([("ReserveSeat", 1, "Undone"), ("ReserveSeat", 2, "Refused")]);
    }

    [Test]
    public async Task An_undo_may_be_refused_and_nothing_is_stored_of_it()
    {
        await Reserve();
        await Airline.Handle(new PassengerBoarded(Trip));
        (await Release()).ShouldBe(new SeatReleaseRefused(Trip, 1, "the passenger is on board"));
        (await Reserve()).ShouldBe(new SeatReserved(Trip, 1, "1A"));
    }

    [Test]
    public async Task An_event_is_heard_once_and_not_answered()
    {
        (await Airline.Handle(new PassengerBoarded(Trip))).ShouldBeNull();
        (await Airline.Handle(new PassengerBoarded(Trip))).ShouldBeNull();
        (await Acts()).ShouldBe([("PassengerBoarded", 1, "Done")]);
    }

    [Test]
    public async Task One_inquiry_asks_about_several_operations_and_no_others()
    {
        await Reserve();
        (await Airline.Handle(new GetSeat(Trip, 1, nameof(ReserveSeat), 1))).ShouldBe(new SeatReserved(Trip, 1, "1A"));
        (await Airline.Handle(new GetSeat(Trip, 1, nameof(PrintTicket), 1))).ShouldBe(new SeatUnknown(Trip, 1, nameof(PrintTicket), 1));
        (await Should.ThrowAsync<RejectedMessageException>(() => Airline.Handle(new GetSeat(Trip, 1, "PaySeat", 1)))).Message
            .ShouldBe("GetSeat asks about the step 'PaySeat'; it may ask about ReserveSeat or PrintTicket");
        await Should.ThrowAsync<RejectedMessageException>(() => Airline.Handle(new GetSeat(Trip, 1, nameof(ReserveSeat), 0)));
    }

    [Test]
    public async Task A_command_that_breaks_a_rule_is_rejected()
    {
        (await Should.ThrowAsync<RejectedMessageException>(() => Reserve(flight: " "))).Message.ShouldContain("flight is empty");
        (await Acts()).ShouldBeEmpty();
    }

    [Test]
    public void Its_queues_follow_from_its_messages()
    {
        Airline.Commands.ShouldHaveSingleItem().Key.ShouldBe("airline-commands");
        Airline.Commands["airline-commands"].ShouldBe([typeof(ReserveSeat), typeof(ReleaseSeat), typeof(GetSeat), typeof(PrintTicket)]);
        Airline.Events["airline-events"].ShouldBe([typeof(PassengerBoarded)]);
    }

    [Test]
    public async Task Sagas_that_wait_share_a_transaction()
    {
        var trips = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToList();
        var answers = await Task.WhenAll(trips.Select(trip => Airline.Handle(new ReserveSeat(trip, 1, "LH 1"))));
        answers.ShouldAllBe(answer => answer is SeatReserved);
        // All rows of one batch have the time of one decision.
        (await Database.Read(sql => sql.First("SELECT CAST(count(DISTINCT at) AS bigint) FROM seat_act", row => row.GetInt64(0))))
            .ShouldBeLessThan(50);
    }

    sealed class SpeechlessAirline : Participant<Seat>
    {
        public SpeechlessAirline(Database database) : base(database, new StateTable<Seat>("seat", new Seat())) =>
            Does<ReserveSeat>((seat, _) => Done(seat), (act, _) => new SeatReserved(act.SagaId, act.Epoch, "1A"))
                .UndoneBy<ReleaseSeat>(
                    (seat, _) => Done(seat), act => new SeatReleased(act.SagaId, act.Epoch), "released before it was reserved");
    }
}

public sealed class When_a_participant_is_a_table_of_operations_on_SQLite() : When_a_participant_is_a_table_of_operations(new SqliteFile());
