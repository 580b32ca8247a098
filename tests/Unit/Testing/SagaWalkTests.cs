using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Testing;

/// <summary>The walk must find each mistake in a saga, and report it in a sentence.</summary>
public class A_walk_through_a_saga
{
    static readonly TripRequested Asked = new(new Guid("0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b"), "Ada", "AY 5");

    [Test]
    public void Says_how_far_it_went()
    {
        var walk = SagaWalk.Check<TripSaga, Trip>(Asked);
        walk.States.ShouldBeGreaterThan(6);
        walk.Messages.ShouldBeGreaterThan(10);
    }

    [Test]
    public void Fails_when_something_throws_that_few_think_of() => Fails<ForgetfulSaga>(Asked).ShouldMatch(
        "forgetful: ResolveStep .* at Running: Sent/.* throws NullReferenceException: .*an operator may resolve a step without it\\.");

    [Test]
    public void Fails_when_a_message_lacks_a_value() =>
        Fails<SilentSaga>(Asked).ShouldStartWith("silent: it sends TripCancelled without reason, which is null (");

    [Test]
    public void Fails_when_a_message_is_for_another_saga() =>
        Fails<LostSaga>(Asked).ShouldStartWith("lost: it sends ReserveSeat for another saga (TripRequested before anything else)");

    [Test]
    public void Wants_what_starts_the_saga() => Fails<TripSaga>(new SeatReserved(Asked.SagaId, 1, "1A"))
        .ShouldBe("trip: SeatReserved does not start it; TripRequested does.");

    [Test]
    public void Wants_a_start_that_the_saga_accepts() => Fails<TripSaga>(Asked with { Flight = "" })
        .ShouldBe("trip: it does not accept the message that must start it: flight is missing.");

    [Test]
    public void Takes_a_sample_in_the_place_of_one_that_it_makes_up() =>
        Should.Throw<SagaTestException>(() => SagaWalk.Check<PickySaga, Trip>(Asked, new SeatReserved(Asked.SagaId, 1, "13")))
            .Message.ShouldStartWith($"picky: SeatReserved {{ SagaId = {Asked.SagaId}, Epoch = 1, Seat = 13 }} at Running: Sent/");

    static string Fails<TSaga>(ISagaMessage start)
        where TSaga : StepSaga<Trip>, new() =>
        Should.Throw<SagaTestException>(() => SagaWalk.Check<TSaga, Trip>(start)).Message;

    abstract class OneStep : StepSaga<Trip>
    {
        protected OneStep(
            string kind, Func<Trip, int, ReserveSeat> reserve, Func<Trip, SeatReserved, Trip> learn, Func<Trip, string?> seat,
            Func<Refusal, string> reason) : base(kind, version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller,
                violation: asked => asked.Flight == "" ? "flight is missing" : null);
            Then(Compensatable(reserve)
                .CompletedBy(learn)
                .RefusedBy<SeatRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch)));
            Completes(trip => new TripBooked(trip.Id, seat(trip)));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, reason(refusal)));
        }

        protected static ReserveSeat Reserve(Trip trip, int epoch) => new(trip.Id, epoch, trip.Flight);

        protected static Trip Learn(Trip trip, SeatReserved done) => trip with { Seat = done.Seat };
    }

    sealed class ForgetfulSaga() : OneStep("forgetful", Reserve, Learn, trip => trip.Seat!.Trim(), refusal => refusal.Reason);

    sealed class SilentSaga() : OneStep("silent", Reserve, Learn, trip => trip.Seat, _ => null!);

    sealed class LostSaga() : OneStep(
        "lost", (trip, epoch) => new(Guid.Empty, epoch, trip.Flight), Learn, trip => trip.Seat, refusal => refusal.Reason);

    sealed class PickySaga() : OneStep(
        "picky", Reserve, (trip, done) => done.Seat == "13" ? throw new InvalidOperationException("bad luck") : trip, trip => trip.Seat,
        refusal => refusal.Reason);
}
