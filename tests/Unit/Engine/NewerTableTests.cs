using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Engine;

/// <summary>
/// A saga that is under way meets a table with one more step. Here this is BookShipment, which was missing when the saga began.
/// </summary>
public class A_step_that_is_new_to_a_running_saga
{
    const int Book = 2, Capture = 3, Dispatch = 4;

    static readonly StepTable Table = new OrderFulfilmentSaga().Table;

    [Test]
    public void Is_left_out_once_the_pivot_has_been_sent() =>
        Flow.Apply(Table, At(StepStatus.Sent, StepStatus.Pending), Capture, Signal.Completed).Do.ShouldBe([Dispatch]);

    [Test]
    public void Does_not_hold_up_the_end()
    {
        var move = Flow.Apply(Table, At(StepStatus.Done, StepStatus.Sent), Dispatch, Signal.Completed);
        move.Do.ShouldBeEmpty();
        move.State.Lifecycle.ShouldBe(Lifecycle.Completed);
    }

    [Test]
    public void Is_done_first_as_long_as_the_pivot_has_not_been_sent()
    {
        var state = new FlowState(
            Lifecycle.Running, [StepStatus.Sent, StepStatus.Done, StepStatus.Pending, StepStatus.Pending, StepStatus.Pending]);
        Flow.Apply(Table, state, 0, Signal.Completed).Do.ShouldBe([Book]);
    }

    static FlowState At(StepStatus capture, StepStatus dispatch) =>
        new(Lifecycle.Running, [StepStatus.Done, StepStatus.Done, StepStatus.Pending, capture, dispatch]);
}
