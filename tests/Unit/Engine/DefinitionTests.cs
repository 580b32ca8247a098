using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public class A_table_that_can_not_work_is_refused
{
    static readonly StepShape A = new("A", StepKind.Compensatable, "ADone", "ARefused", "UndoA", "AUndone");
    static readonly StepShape B = new("B", StepKind.Compensatable, "BDone", "BRefused", "UndoB", "BUndone");
    static readonly StepShape P = new("P", StepKind.Pivot, "PDone", "PRefused", null, null);
    static readonly StepShape R = new("R", StepKind.Retriable, "RDone", null, null, null);

    static readonly StepShape E = new("E", StepKind.External, "E", null, null, null);
    static readonly StepTiming Timing = StepTiming.Default;

    static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case([], "it has no steps");
        yield return Case([[A], [A]], "A stands in the table twice");
        yield return Case([[P], [P with { Name = "Q" }]], "it has two pivots");
        yield return Case([[A with { Completion = null }]], "nothing completes A");
        yield return Case([[A with { Undo = null }]], "A is compensatable but has no undo");
        yield return Case([[P], [A]], "A is compensatable but does not stand before the pivot");
        yield return Case([[A, P]], "A is compensatable but does not stand before the pivot", "beside it");
        yield return Case([[P, R]], "P is the pivot and stands in a parallel group");
        yield return Case([[P with { Undo = "UndoP" }]], "P is the pivot but has an undo");
        yield return Case(
            [[P with { Refusal = null }]],
            "P is the pivot but nothing refuses it; name its refusal with RefusedBy, or say NeverRefused if there is none");
        yield return Case(
            [[P with { IsNeverRefused = true }]], "P is never refused, and PRefused refuses it; remove NeverRefused or RefusedBy");
        yield return Case([[R], [P]], "R is retriable but does not stand after a pivot");
        yield return Case([[A], [R]], "R is retriable but does not stand after a pivot", "there is none");

        yield return Case([[E with { Undo = "UndoE" }]], "E comes from outside but can be refused, undone or asked about");
        yield return Case([[E with { Refusal = "ERefused" }]], "E comes from outside but can be refused, undone or asked about", "refused");
        yield return Case([[E with { Inquiry = "GetE" }]], "E comes from outside but can be refused, undone or asked about", "asked about");
        yield return Case([[P], [R with { Undo = "UndoR" }]], "R is retriable but has an undo; after the pivot only forward is possible");
        yield return Case(
            [[.. Enumerable.Range(0, 65).Select(i => A with { Name = $"A{i}" })]], "it has 65 steps; at most 64 are possible");
        yield return Case(
            [[A with { Timing = Timing with { Limit = TimeSpan.Zero } }]],
            "A has a time limit of 00:00:00; it must be longer than zero");
        yield return Case(
            [[A with { Timing = Timing with { Limit = TimeSpan.FromSeconds(-1) } }]],
            "A has a time limit of -00:00:01; it must be longer than zero");
        yield return Case(
            [[A with { Timing = Timing with { Limit = TimeSpan.FromDays(367) } }]],
            "A has a time limit of 367.00:00:00; at most 366 days are possible");
        yield return Case([[A with { Timing = Timing with { Attempts = 0 } }]], "A has 0 attempts; 1 to 1000 are possible");
        yield return Case([[A with { Timing = Timing with { Attempts = 1001 } }]], "A has 1001 attempts; 1 to 1000 are possible");
        yield return Case(
            [[A with { Timing = Timing with { Pause = TimeSpan.Zero } }]],
            "A has pauses from 00:00:00 to 00:01:00; the first must be longer than zero");
        yield return Case(
            [[A with { Timing = Timing with { LongestPause = TimeSpan.FromMilliseconds(999) } }]],
            "A has pauses from 00:00:01 to 00:00:00.9990000");
        yield return Case(
            [[A with { Timing = Timing with { LongestPause = TimeSpan.FromDays(367) } }]], "A has pauses from 00:00:01 to 367.00:00:00");
        yield return Case([[A with { UndoTiming = Timing with { Attempts = 0 } }]], "UndoA has 0 attempts; 1 to 1000 are possible");

        static TestCaseData Case(StepShape[][] stages, string problem, string? which = null) =>
            new TestCaseData(stages, problem).SetArgDisplayNames(which is null ? [problem] : [problem, which]);
    }

    [TestCaseSource(nameof(Refusals))]
    public void With_a_clear_sentence(StepShape[][] stages, string problem) =>
        Should.Throw<DefinitionException>(() => new StepTable("test", stages)).Message.ShouldStartWith($"saga test: {problem}");

    [Test]
    public void And_a_good_one_is_not()
    {
        var longest = Timing with { Limit = TimeSpan.FromDays(366), Attempts = 1000, LongestPause = TimeSpan.FromDays(366) };
        var table = new StepTable(
            "test", [
                [A, B], [E], [P with { Timing = longest }],
                [R with { Timing = Timing with { Attempts = 1, LongestPause = Timing.Pause } }]]);
        (table.Steps.Length, table.StageCount, table.Pivot).ShouldBe((5, 4, 3));
        new StepTable("test", [[A]]).Pivot.ShouldBeNull();
        new StepTable("test", [[P with { Refusal = null, IsNeverRefused = true }]]).Pivot.ShouldBe(0);
        new StepTable("test", [[.. Enumerable.Range(0, 64).Select(i => A with { Name = $"A{i}" })]]).Steps.Length.ShouldBe(64);
    }

    [Test]
    public void When_nothing_starts_it() => Refuses<WithoutStart>("nothing starts it");

    [Test]
    public void When_its_end_is_not_announced() => Refuses<WithoutEnd>("its end is not announced");

    [Test]
    public void When_only_its_good_end_is_announced() => Refuses<WithoutCancellation>("its end is not announced");

    [Test]
    public void When_only_its_bad_end_is_announced() => Refuses<WithoutCompletion>("its end is not announced");

    [Test]
    public void When_not_to_know_means_to_have_done() => Refuses<KnowsByNotKnowing>("DontKnow has two meanings");

    [Test]
    public void When_a_message_has_two_meanings() => Refuses<Ambiguous>("Done has two meanings");

    [Test]
    public void When_nobody_owns_a_command() => Refuses<Unowned>("Unsent has no owner");

    [Test]
    public void When_nobody_owns_a_question() => Refuses<UnownedQuestion>("Question has no owner");

    [Test]
    public void When_a_command_performs_two_steps() =>
        Refuses<Overlapping>("Undo stands in the table twice; a command performs or undoes one step");

    [Test]
    public void When_an_event_from_outside_is_awaited_for_ever() =>
        Refuses<Endless>("Begun is awaited for ever; name a time limit with Within");

    [Test]
    public void When_two_steps_hold_money() =>
        Refuses<TwiceMoney>("Unsent is the second step that holds money; the amount may stand at one step only");

    [Test]
    public void When_somebody_else_would_undo_a_step() => Refuses<UndoneElsewhere>(
        "Do goes to somewhere, and UndoElsewhere, which undoes it, to elsewhere; the participant that does a step "
        + "must undo it and answer for it: put the same [SentTo(queue)] on both");

    [Test]
    public void When_somebody_else_would_be_asked_about_a_step() => Refuses<AskedElsewhere>(
        "Do goes to somewhere, and AskElsewhere, which asks about it, to elsewhere; the participant that does a step "
        + "must undo it and answer for it: put the same [SentTo(queue)] on both");

    [Test]
    public void When_no_contract_knows_what_it_sends() =>
        Refuses<EndsWithAnything>("no contract knows Orchestrator.Contracts.ISagaMessage as a message");

    [Test]
    public void When_what_it_waits_for_may_be_lost() => Refuses<WaitsForAPublicEvent>(
        $"{typeof(PublicDone)} is marked [PublicEvent], but a receiver waits for it; remove the mark, or the message may be lost");

    [TestCase("")]
    [TestCase("Trip")]
    [TestCase("free_trip")]
    [TestCase("free--trip")]
    [TestCase("-trip")]
    [TestCase("trip-")]
    [TestCase("2-trips")]
    [TestCase("trip\n")]
    [TestCase("trip'; DROP TABLE saga; --")]
    [TestCase("a-trip-whose-name-is-longer-by-one-than-a-view-of-it-can-get")]
    public void When_its_kind_is_no_identifier(string kind) =>
        Should.Throw<DefinitionException>(() => new Showing(kind).Messages.ToList()).Message.ShouldBe(
            $"saga {kind}: its kind names queues and a view, and is no identifier; write at most 58 lower-case letters, digits and single "
            + $"hyphens, like trip-booking");

    [TestCase("trip")]
    [TestCase("trip-2-rome")]
    [TestCase("a-trip-whose-name-is-as-long-as-the-name-of-a-view-can-get")]
    public void And_not_when_it_is_one(string kind) =>
        new Showing(kind, ("flight", "flight"), ("attempts_so_far", "steps.ReserveSeat.attempts")).Messages.ShouldNotBeEmpty();

    [TestCase(
        "Flight No", "flight",
        "its view shows a column 'Flight No', which is no identifier; write at most 63 lower-case letters, digits and underscores, like "
        + "invoice_number")]
    [TestCase("flight\n", "flight", "its view shows a column 'flight\n', which is no identifier")]
    [TestCase("state", "flight", "its view shows a column state, which the view of every saga has; give it another name")]
    [TestCase(
        "seat", "Flight",
        "its view shows seat from Flight, and Trip has no property 'Flight' in JSON; it has id, traveller, flight, seat, ")]
    [TestCase("seat", "flight.number", "its view shows seat from flight.number, and String has no property 'number' in JSON")]
    [TestCase("seat", "", "its view shows seat from , and Trip has no property '' in JSON")]
    [TestCase("seat", "unknown", "its view shows seat from unknown, and Trip has no property 'unknown' in JSON")]
    public void When_its_view_can_not_show_what_it_shall(string name, string path, string problem) =>
        Should.Throw<DefinitionException>(() => new Showing("trip", (name, path)).Messages.ToList()).Message.ShouldStartWith(
            $"saga trip: {problem}");

    [Test]
    public void When_its_view_shows_two_things_under_one_name() =>
        Should.Throw<DefinitionException>(() => new Showing("trip", ("flight", "flight"), ("flight", "seat")).Messages.ToList())
            .Message.ShouldBe("saga trip: its view shows two columns flight; give each a name of its own");

    [Test]
    public void When_another_saga_has_its_queues()
    {
        new ServiceCollection().AddMassTransit(bus => bus.AddJournalSaga<TripSaga, Trip>().AddJournalSaga<FreeTripSaga, Trip>());
        Should.Throw<DefinitionException>(
            () => new ServiceCollection()
            .AddMassTransit(bus => bus.AddJournalSaga<TripSaga, Trip>().AddJournalSaga<TripIntakeSaga, Trip>()))
            .Message.ShouldBe("saga trip-intake: another saga has the queue trip-intake; give each a kind of its own");
    }

    [TestCase(0, "it ends within 00:00:00; it must be longer than zero")]
    [TestCase(-1, "it ends within -00:00:01; it must be longer than zero")]
    [TestCase(367 * 86_400, "it ends within 367.00:00:00; at most 366 days are possible")]
    public void When_its_time_limit_is_absurd(int seconds, string problem) =>
        Should.Throw<DefinitionException>(() => new Limited(TimeSpan.FromSeconds(seconds)).Messages.ToList()).Message.ShouldBe(
            $"saga test: {problem}");

    [TestCase(0, "0")]
    [TestCase(-1, "-1")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void When_its_pace_is_absurd(double pace, string shown) =>
        Should.Throw<DefinitionException>(() => new Limited(TimeSpan.FromSeconds(1)) { Pace = pace }.Messages.ToList())
            .Message.ShouldBe($"saga test: its pace is {shown}; it must be a number above 0");

    [TestCase("colour", "it is searched by colour, which its view does not show; name the column with Shows")]
    [TestCase("price", "it is searched by price, which is a number; name columns that are text")]
    public void When_nobody_can_search_for_what_it_names(string column, string problem) =>
        Should.Throw<DefinitionException>(() => new Searched(column).Messages.ToList()).Message.ShouldBe($"saga test: {problem}");

    static void Refuses<TSaga>(string problem)
        where TSaga : StepSaga<Data>, new() =>
        Should.Throw<DefinitionException>(() => new TSaga().Messages.ToList())
            .Message.ShouldStartWith($"saga test: {problem}");

    public sealed record Data : SagaData
    {
        public Money? Price { get; init; }
    }

    [SentTo("somewhere")]
    public sealed record Do(Guid SagaId, int Epoch) : IStepMessage;

    [SentTo("somewhere")]
    public sealed record Undo(Guid SagaId, int Epoch) : IStepMessage;

    public sealed record Unsent(Guid SagaId, int Epoch) : IStepMessage;

    public sealed record Done(Guid SagaId, int Epoch) : IStepMessage;

    public sealed record Undone(Guid SagaId, int Epoch) : IStepMessage;

    public sealed record Begun(Guid SagaId) : ISagaMessage;

    public sealed record Ended(Guid SagaId) : ISagaMessage;

    abstract class TestSaga() : StepSaga<Data>("test", 1)
    {
        protected void Starts() => StartedBy<Begun>(_ => new Data(), _ => "", _ => null);

        protected void Ends()
        {
            Completes(_ => new Ended(Guid.Empty));
            Cancels((_, _) => new Ended(Guid.Empty));
        }
    }

    sealed class WithoutStart : TestSaga
    {
        public WithoutStart()
        {
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Ends();
        }
    }

    sealed class WithoutEnd : TestSaga
    {
        public WithoutEnd()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
        }
    }

    sealed class WithoutCancellation : TestSaga
    {
        public WithoutCancellation()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Completes(_ => new Ended(Guid.Empty));
        }
    }

    sealed class WithoutCompletion : TestSaga
    {
        public WithoutCompletion()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Cancels((_, _) => new Ended(Guid.Empty));
        }
    }

    sealed class KnowsByNotKnowing : TestSaga
    {
        public KnowsByNotKnowing()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<DontKnow>().NeverRefused()
                .AskedBy<AskWhoKnows, DontKnow>((_, epoch, attempt) => new(Guid.Empty, epoch, "Do", attempt)));
            Ends();
        }
    }

    [SentTo("somewhere")]
    public sealed record AskWhoKnows(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

    sealed class Ambiguous : TestSaga
    {
        public Ambiguous()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo,
                Done>((_, epoch) => new(Guid.Empty, epoch)));
            Ends();
        }
    }

    sealed class Unowned : TestSaga
    {
        public Unowned()
        {
            Starts();
            Then(Pivot<Unsent>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Ends();
        }
    }

    public sealed record Question(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

    public sealed record DontKnow(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

    public sealed record Other(Guid SagaId, int Epoch) : IStepMessage;

    sealed class UnownedQuestion : TestSaga
    {
        public UnownedQuestion()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused()
                .AskedBy<Question, DontKnow>((_, epoch, attempt) => new(Guid.Empty, epoch, "Do", attempt)));
            Ends();
        }
    }

    sealed class Overlapping : TestSaga
    {
        public Overlapping()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo,
                Undone>((_, epoch) => new(Guid.Empty, epoch)));
            Then(Pivot<Undo>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Other>().NeverRefused());
            Ends();
        }
    }

    sealed class Endless : TestSaga
    {
        public Endless()
        {
            Starts();
            Then(Await<Begun>());
            Ends();
        }
    }

    sealed class TwiceMoney : TestSaga
    {
        public TwiceMoney()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo,
                Undone>((_, epoch) => new(Guid.Empty, epoch))
                .PutsMoneyAtRisk(_ => new(1, "USD")));
            Then(Pivot<Unsent>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Other>().NeverRefused()
                .PutsMoneyAtRisk(_ => new(1, "USD")));
            Ends();
        }
    }

    [SentTo("elsewhere")]
    public sealed record UndoElsewhere(Guid SagaId, int Epoch) : IStepMessage;

    sealed class UndoneElsewhere : TestSaga
    {
        public UndoneElsewhere()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<UndoElsewhere,
                Undone>((_, epoch) => new(Guid.Empty, epoch)));
            Ends();
        }
    }

    [SentTo("elsewhere")]
    public sealed record AskElsewhere(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

    sealed class AskedElsewhere : TestSaga
    {
        public AskedElsewhere()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo,
                Undone>((_, epoch) => new(Guid.Empty, epoch))
                .AskedBy<AskElsewhere, DontKnow>((_, epoch, attempt) => new(Guid.Empty, epoch, "Do", attempt)));
            Ends();
        }
    }

    sealed class EndsWithAnything : TestSaga
    {
        public EndsWithAnything()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Completes<ISagaMessage>(_ => new Ended(Guid.Empty));
            Cancels((_, _) => new Ended(Guid.Empty));
        }
    }

    [PublicEvent]
    public sealed record PublicDone(Guid SagaId, int Epoch) : IStepMessage;

    sealed class WaitsForAPublicEvent : TestSaga
    {
        public WaitsForAPublicEvent()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<PublicDone>().NeverRefused());
            Ends();
        }
    }

    sealed class Showing : StepSaga<Trip>
    {
        public Showing(string kind, params (string Name, string Path)[] columns) : base(kind, 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Await<PlaneLanded>().Within(TimeSpan.FromHours(1)));
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
            foreach (var (name, path) in columns)
                Shows(name, path);
        }
    }

    sealed class TripIntakeSaga : StepSaga<Trip>
    {
        public TripIntakeSaga() : base("trip-intake", version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Await<PlaneLanded>().Within(TimeSpan.FromHours(1)));
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        }
    }

    sealed class Limited : TestSaga
    {
        public Limited(TimeSpan limit)
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Ends();
            EndsWithin(limit);
        }
    }

    sealed class Searched : TestSaga
    {
        public Searched(string column)
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().NeverRefused());
            Ends();
            SearchedBy(column);
            Shows("price", "price.amount");
        }
    }
}
