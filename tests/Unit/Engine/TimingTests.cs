using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Engine;

public class The_pause_between_two_attempts
{
    static readonly StepTiming Timing = new(TimeSpan.FromSeconds(30), 5, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));

    [TestCase(1, 2)]
    [TestCase(2, 4)]
    [TestCase(3, 8)]
    [TestCase(5, 32)]
    [TestCase(6, 60)]
    [TestCase(1000, 60)]
    public void Doubles_up_to_the_longest(int attempt, double seconds) => Timing.PauseAfter(attempt, 0).TotalSeconds.ShouldBe(seconds);

    [TestCase(0, 60)]
    [TestCase(0.5, 45)]
    [TestCase(1, 30)]
    public void Is_shortened_by_up_to_a_half(double spread, double seconds) => Timing.PauseAfter(9, spread).TotalSeconds.ShouldBe(seconds);

    [Test]
    public void A_pause_never_overflows() =>
        new StepTiming(TimeSpan.FromSeconds(1), 1000, TimeSpan.FromMinutes(10), TimeSpan.FromDays(366)).PauseAfter(1000, 0)
        .ShouldBe(TimeSpan.FromDays(366));

    [Test]
    public void Is_spread_evenly_and_the_same_when_it_is_decided_again()
    {
        var pauses = Enumerable.Range(0, 400).Select(_ => Pause(Guid.NewGuid())).ToList();
        pauses.ShouldAllBe(pause => pause > 0.5 && pause <= 1);
        pauses.Average().ShouldBe(0.75, tolerance: 0.05);
        pauses.Count(pause => pause > 0.75).ShouldBeInRange(150, 250);
        var id = Guid.NewGuid();
        Pause(id).ShouldBe(Pause(id));

        static double Pause(Guid id)
        {
            var definition = new OrderFulfilmentSaga();
            var now = DateTimeOffset.UnixEpoch;
            var state = Decider.Decide(definition, null, OrderRun.Submitted() with { OrderId = id }, new Circumstances(now)).State;
            state = Decider.Decide(definition, state, Outcomes.Authorized with { OrderId = id }, new Circumstances(now)).State;
            now = now.AddSeconds(30);
            var decision = Decider.Decide(definition, state, new DeadlineReached(id, now), new Circumstances(now));
            return (decision.Deadline!.Value - now).TotalSeconds;
        }
    }
}

public class The_pace_of_a_saga
{
    [Test]
    public void Multiplies_every_limit_and_every_pause()
    {
        var definition = new OrderFulfilmentSaga { Pace = 0.1 };
        var now = DateTimeOffset.UnixEpoch;
        var decision = Decider.Decide(definition, null, OrderRun.Submitted(), new Circumstances(now));
        decision.Deadline.ShouldBe(now.AddSeconds(3));
        decision.State.Data.Limit.ShouldBe(now.AddMinutes(144));
        now = now.AddSeconds(3);
        var paused = Decider.Decide(
            definition, decision.State, new DeadlineReached(OrderRun.OrderId, now),
            new Circumstances(now)).State.Data.Steps["ReserveStock"];
        (paused.Due!.Value - now).TotalSeconds.ShouldBeInRange(0.05, 0.1);
    }
}

public class A_command_that_was_sent
{
    [Test]
    public void Is_awaited_until_its_outcome_comes_or_it_is_sent_again()
    {
        var order = OrderTest.Submitted(Outcomes.Authorized);
        Awaited("ReserveStock", 1).ShouldBeTrue();
        Awaited("ReserveStock", 2).ShouldBeFalse();
        Awaited("ReserveStock", 1, isUndo: true).ShouldBeFalse();
        Awaited("AuthorizePayment", 1).ShouldBeFalse("it is done");
        Awaited("BookShipment", 1).ShouldBeFalse("it was not sent");

        order.NextDeadline();
        Awaited("ReserveStock", 1).ShouldBeFalse("another attempt will be sent");
        order.NextDeadline();
        Awaited("ReserveStock", 1).ShouldBeFalse();
        Awaited("ReserveStock", 2).ShouldBeTrue();

        order.Receive(Outcomes.StockRefused);
        Awaited("AuthorizePayment", 1, isUndo: true).ShouldBeTrue();
        Awaited("AuthorizePayment", 1).ShouldBeFalse();

        bool Awaited(string step, int attempt, bool isUndo = false) => Decider.IsAwaited(order.Data, step, attempt, isUndo);
    }

    [Test]
    public void Is_awaited_while_its_participant_is_asked()
    {
        var order = OrderTest.Submitted(Outcomes.Reserved).NextDeadline();
        Decider.IsAwaited(order.Data, "AuthorizePayment", 1, isUndo: false).ShouldBeTrue();
        Decider.IsAwaited(OrderTest.Capturing().UntilItStops().Data, "CapturePayment", 5, isUndo: false)
            .ShouldBeFalse("an operator decides");
    }
}

public class The_beginning_of_a_step
{
    [Test]
    public void Is_remembered_through_all_its_attempts()
    {
        var definition = new OrderFulfilmentSaga();
        var began = DateTimeOffset.UnixEpoch;
        var decision = Decider.Decide(definition, null, OrderRun.Submitted(), new Circumstances(began));
        decision.State.Data.Steps["ReserveStock"].Began.ShouldBeNull("it is when the only attempt was sent");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var due = decision.Deadline!.Value;
            decision = Decider.Decide(definition, decision.State, new DeadlineReached(OrderRun.OrderId, due), new Circumstances(due));
            decision.State.Data.Steps["ReserveStock"].Began.ShouldBe(began);
        }

        decision = Decider.Decide(definition, decision.State, Outcomes.Reserved, new Circumstances(began.AddMinutes(2)));
        decision.State.Data.Steps["ReserveStock"].Began.ShouldBeNull("a step that is done needs no inquiry");
    }
}
