using Orchestrator.Contracts;
using Orchestrator.Sagas.Engine;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

public class A_table_that_can_not_work_is_refused
{
    static readonly StepShape A = new("A", StepKind.Compensatable, "ADone", "ARefused", "UndoA", "AUndone");
    static readonly StepShape B = new("B", StepKind.Compensatable, "BDone", "BRefused", "UndoB", "BUndone");
    static readonly StepShape P = new("P", StepKind.Pivot, "PDone", "PRefused", null, null);
    static readonly StepShape R = new("R", StepKind.Retriable, "RDone", null, null, null);

    static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case([], "it has no steps");
        yield return Case([[A], [A]], "A stands in the table twice");
        yield return Case([[P], [P with { Name = "Q" }]], "it has two pivots");
        yield return Case([[A with { Completion = null }]], "nothing completes A");
        yield return Case([[A with { Undo = null }]], "A is compensatable but has no undo");
        yield return Case([[P], [A]], "A is compensatable but does not stand before the pivot");
        yield return Case([[A, P]], "A is compensatable but does not stand before the pivot");
        yield return Case([[P, R]], "P is the pivot and stands in a parallel group");
        yield return Case([[P with { Undo = "UndoP" }]], "P is the pivot but has an undo");
        yield return Case([[R], [P]], "R is retriable but does not stand after a pivot");
        yield return Case([[A], [R]], "R is retriable but does not stand after a pivot");
        yield return Case([[P], [R with { Refusal = "RRefused" }]], "R is retriable but can be refused or undone");

        static TestCaseData Case(StepShape[][] stages, string problem) => new TestCaseData(stages, problem).SetArgDisplayNames(problem);
    }

    [TestCaseSource(nameof(Refusals))]
    public void With_a_clear_sentence(StepShape[][] stages, string problem) =>
        Should.Throw<DefinitionException>(() => new StepTable("test", stages)).Message.ShouldStartWith($"saga test: {problem}");

    [Test]
    public void And_a_good_one_is_not() => new StepTable("test", [[A, B], [P], [R]]).Steps.Length.ShouldBe(4);

    [Test]
    public void When_nothing_starts_it() => Refuses<WithoutStart>("nothing starts it");

    [Test]
    public void When_its_end_is_not_announced() => Refuses<WithoutEnd>("its end is not announced");

    [Test]
    public void When_a_message_has_two_meanings() => Refuses<Ambiguous>("Done has two meanings");

    [Test]
    public void When_nobody_owns_a_command() => Refuses<Unowned>("nobody owns Unsent");

    static void Refuses<TSaga>(string problem)
        where TSaga : StepSaga<Data>, new() =>
        Should.Throw<DefinitionException>(() => new StepSagaStateMachine<Data>(new TSaga(), TimeProvider.System))
            .Message.ShouldStartWith($"saga test: {problem}");

    public sealed record Data : SagaData;

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
}
