using Orchestrator.Contracts;
using Orchestrator.Sagas.Engine;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

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
        yield return Case([[R], [P]], "R is retriable but does not stand after a pivot");
        yield return Case([[A], [R]], "R is retriable but does not stand after a pivot", "there is none");
        yield return Case([[P], [R with { Refusal = "RRefused" }]], "R is retriable but can be refused or undone");

        yield return Case([[E with { Undo = "UndoE" }]], "E comes from outside but can be refused, undone or asked about");
        yield return Case([[E with { Refusal = "ERefused" }]], "E comes from outside but can be refused, undone or asked about", "refused");
        yield return Case([[E with { Inquiry = "GetE" }]], "E comes from outside but can be refused, undone or asked about", "asked about");
        yield return Case([[P], [R with { Undo = "UndoR" }]], "R is retriable but can be refused or undone", "undone");
        yield return Case([[.. Enumerable.Range(0, 65).Select(i => A with { Name = $"A{i}" })]], "it has 65 steps; at most 64 are possible");
        yield return Case([[A with { Timing = Timing with { Limit = TimeSpan.Zero } }]], "A has a time limit of 00:00:00; it must be longer than nothing");
        yield return Case([[A with { Timing = Timing with { Limit = TimeSpan.FromSeconds(-1) } }]], "A has a time limit of -00:00:01; it must be longer than nothing");
        yield return Case([[A with { Timing = Timing with { Limit = TimeSpan.FromDays(367) } }]], "A has a time limit of 367.00:00:00; at most 366 days are possible");
        yield return Case([[A with { Timing = Timing with { Attempts = 0 } }]], "A has 0 attempts; 1 to 1000 are possible");
        yield return Case([[A with { Timing = Timing with { Attempts = 1001 } }]], "A has 1001 attempts; 1 to 1000 are possible");
        yield return Case([[A with { Timing = Timing with { Pause = TimeSpan.Zero } }]], "A has pauses from 00:00:00 to 00:01:00; the first must be longer than nothing");
        yield return Case([[A with { Timing = Timing with { LongestPause = TimeSpan.FromMilliseconds(999) } }]], "A has pauses from 00:00:01 to 00:00:00.9990000");
        yield return Case([[A with { Timing = Timing with { LongestPause = TimeSpan.FromDays(367) } }]], "A has pauses from 00:00:01 to 367.00:00:00");
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
        var table = new StepTable("test", [[A, B], [E], [P with { Timing = longest }], [R with { Timing = Timing with { Attempts = 1, LongestPause = Timing.Pause } }]]);
        (table.Steps.Length, table.StageCount, table.Pivot).ShouldBe((5, 4, 3));
        new StepTable("test", [[A]]).Pivot.ShouldBeNull();
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
    public void When_nobody_owns_a_command() => Refuses<Unowned>("nobody owns Unsent");

    [Test]
    public void When_nobody_owns_a_question() => Refuses<UnownedQuestion>("nobody owns Question");

    [Test]
    public void When_a_command_performs_two_steps() => Refuses<Overlapping>("Undo stands in the table twice; a command performs or undoes one step");

    [Test]
    public void When_an_event_from_outside_is_awaited_for_ever() => Refuses<Endless>("Begun is awaited for ever; name a time limit with Within");

    [Test]
    public void When_two_steps_hold_money() => Refuses<TwiceMoney>("Unsent is the second step that holds money; the amount may stand at one step only");

    [TestCase(0, "it ends within 00:00:00; it must be longer than nothing")]
    [TestCase(-1, "it ends within -00:00:01; it must be longer than nothing")]
    [TestCase(367 * 86_400, "it ends within 367.00:00:00; at most 366 days are possible")]
    public void When_its_time_limit_is_absurd(int seconds, string problem) =>
        Should.Throw<DefinitionException>(() => new Limited(TimeSpan.FromSeconds(seconds)).Messages.ToList()).Message.ShouldBe($"saga test: {problem}");

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
        Should.Throw<DefinitionException>(() => new StepSagaStateMachine<Data>(new TSaga(), TimeProvider.System))
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
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
            Ends();
        }
    }

    sealed class WithoutEnd : TestSaga
    {
        public WithoutEnd()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
        }
    }

    sealed class WithoutCancellation : TestSaga
    {
        public WithoutCancellation()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
            Completes(_ => new Ended(Guid.Empty));
        }
    }

    sealed class WithoutCompletion : TestSaga
    {
        public WithoutCompletion()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
            Cancels((_, _) => new Ended(Guid.Empty));
        }
    }

    sealed class KnowsByNotKnowing : TestSaga
    {
        public KnowsByNotKnowing()
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<DontKnow>()
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
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo, Done>((_, epoch) => new(Guid.Empty, epoch)));
            Ends();
        }
    }

    sealed class Unowned : TestSaga
    {
        public Unowned()
        {
            Starts();
            Then(Pivot<Unsent>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
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
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>()
                .AskedBy<Question, DontKnow>((_, epoch, attempt) => new(Guid.Empty, epoch, "Do", attempt)));
            Ends();
        }
    }

    sealed class Overlapping : TestSaga
    {
        public Overlapping()
        {
            Starts();
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo, Undone>((_, epoch) => new(Guid.Empty, epoch)));
            Then(Pivot<Undo>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Other>());
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
            Then(Compensatable<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>().UndoneBy<Undo, Undone>((_, epoch) => new(Guid.Empty, epoch))
                .HoldsMoney(_ => new(1, "USD")));
            Then(Pivot<Unsent>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Other>().HoldsMoney(_ => new(1, "USD")));
            Ends();
        }
    }

    sealed class Limited : TestSaga
    {
        public Limited(TimeSpan limit)
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
            Ends();
            EndsWithin(limit);
        }
    }

    sealed class Searched : TestSaga
    {
        public Searched(string column)
        {
            Starts();
            Then(Pivot<Do>((_, epoch) => new(Guid.Empty, epoch)).CompletedBy<Done>());
            Ends();
            SearchedBy(column);
            Shows("price", "price.amount");
        }
    }
}
