using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Engine;
using Orchestrator.Tests.Unit.Sagas;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Testing;

/// <summary>Users depend on the test kit, so it must fail when the saga does something else.</summary>
public class A_test_of_a_saga_fails
{
    [Test]
    public void When_another_message_was_sent_than_expected() => Fails(order => order.Sends<ReleaseStock>())
        .ShouldStartWith("order-fulfilment: expected ReleaseStock to be sent, but it was ReserveStock, AuthorizePayment.");

    [Test]
    public void When_fewer_or_more_messages_were_sent_than_expected()
    {
        Fails(order => order.Sends<ReserveStock>())
            .ShouldContain("expected ReserveStock to be sent, but it was ReserveStock, AuthorizePayment.");
        Fails(order => order.SendsNothing()).ShouldContain("expected nothing to be sent, but it was ReserveStock, AuthorizePayment.");
        Fails(order => order.Receive(Outcomes.Reserved).Sends<ReserveStock>())
            .ShouldContain("expected ReserveStock to be sent, but it was nothing.");
    }

    [Test]
    public void When_the_saga_is_in_another_state() => Fails(order => order.Is("Completed"))
        .ShouldContain("expected it to be Completed, but it is Running: ReserveStock, AuthorizePayment.");

    [Test]
    public void When_there_is_no_deadline_to_wait_for() =>
        Fails(order => order.Receive(Outcomes.StockRefused, Outcomes.Voided).NextDeadline())
        .ShouldContain("it has no deadline.");

    [Test]
    public void When_the_saga_has_not_begun() =>
        Should.Throw<SagaTestException>(() => new SagaTest<OrderFulfilmentSaga, Order>().Is("Completed"))
        .Message.ShouldBe("order-fulfilment has not begun: give it the message that starts it");

    [Test]
    public void And_tells_what_happened_so_far() => Fails(order => order.Receive(Outcomes.StockRefused, Outcomes.Reserved).Is("Completed"))
        .Split(Environment.NewLine).Skip(1).ShouldBe(
        [
            "  2030-01-01 12:00:00Z OrderSubmitted: (new) -> Running: ReserveStock, AuthorizePayment, sent ReserveStock, AuthorizePayment",
            "  2030-01-01 12:00:00Z StockRefused: Running: ReserveStock, AuthorizePayment -> Compensating: AuthorizePayment, sent "
            + "VoidPayment",
            "  2030-01-01 12:00:00Z StockReserved: Compensating: AuthorizePayment -> Compensating: ReserveStock, AuthorizePayment, sent "
            + "ReleaseStock (came late: ReserveStock was refused)",
        ]);

    [Test]
    public void When_a_message_names_another_saga_or_none()
    {
        var (mine, other) = (Outcomes.Reserved.OrderId, Guid.CreateVersion7());
        Fails(order => order.Receive(Outcomes.Reserved with { OrderId = other }))
            .ShouldStartWith($"order-fulfilment: StockReserved is for {other}, and this instance is {mine}.");
        Fails(order => order.Receive(Outcomes.Reserved with { OrderId = Guid.Empty }))
            .ShouldStartWith("order-fulfilment: StockReserved names no saga: its id is all zeros.");
    }

    [Test]
    public void When_it_has_no_business_key() => Tripping(trip => trip.Receive(Asked with { Traveller = null! }))
        .ShouldBe("odd-trip: its business key is null; StartedBy(key: …) must give each instance one.");

    [Test]
    public void When_it_sends_for_another_saga_or_none()
    {
        Tripping(trip => trip.Receive(Asked with { Flight = "another saga" }))
            .ShouldBe($"odd-trip: it sends ReserveSeat for {Elsewhere}, and this instance is {Asked.SagaId}.");
        Tripping(trip => trip.Receive(Asked with { Flight = "no saga" }))
            .ShouldBe($"odd-trip: it sends ReserveSeat for {Guid.Empty}, and this instance is {Asked.SagaId}.");
    }

    [Test]
    public void When_it_sends_for_another_epoch_than_its_step_is_at() => Tripping(trip => trip.Receive(Asked with { Flight = "no epoch" }))
        .ShouldBe("odd-trip: it sends ReserveSeat for epoch 0, and ReserveSeat is at epoch 1; pass on the epoch that the table gives.");

    [Test]
    public void When_it_sends_null_where_something_must_be() => Tripping(trip => trip.Receive(Asked with { Flight = "nothing" }))
        .ShouldBe("odd-trip: it sends ReserveSeat without flight, which is null.");

    [Test]
    public void When_an_outcome_says_null_where_something_must_be() =>
        Should.Throw<RejectedMessageException>(
            () => new SagaTest<OddTripSaga, Trip>().Receive(Asked, new SeatReserved(Asked.SagaId, 1, null!)))
            .Message.ShouldBe($"SeatReserved for {Asked.SagaId} is not acceptable: seat is missing");

    [Test]
    public void When_a_message_can_not_be_read_from_JSON() => Tripping(trip => trip.Receive(Asked, new Unreadable(Asked.SagaId)))
        .ShouldStartWith("odd-trip: Unreadable can't be read from JSON, the format on the wire: ");

    [Test]
    public void And_a_message_brings_no_more_than_its_JSON() =>
        new SagaTest<OddTripSaga,
        Trip>().Receive(Asked, new SeatReserved(Asked.SagaId, 1, "12A"), new Unwritten(Asked.SagaId) { Seat = "13B" })
        .Data.Seat.ShouldBeNull();

    static readonly TripRequested Asked = new(FreeTripSaga.Id, "Ada", "AY 5");
    static readonly Guid Elsewhere = Guid.CreateVersion7();

    public sealed record Unwritten(Guid SagaId) : ISagaMessage
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string? Seat { get; init; }
    }

    public sealed record Unreadable : ISagaMessage
    {
        public Unreadable(Guid id) => SagaId = id;

        public Guid SagaId { get; }
    }

    sealed class OddTripSaga : StepSaga<Trip>
    {
        public OddTripSaga() : base("odd-trip", version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Compensatable<ReserveSeat>((trip, epoch) => new(
                    trip.Flight switch { "another saga" => Elsewhere, "no saga" => Guid.Empty, _ => trip.Id },
                    trip.Flight == "no epoch" ? 0 : epoch,
                    trip.Flight == "nothing" ? null! : trip.Flight))
                .CompletedBy<SeatReserved>()
                .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch)));
            Then(Await<Unwritten>((trip, seat) => trip with { Seat = seat.Seat }).Within(TimeSpan.FromHours(1)));
            Then(Await<Unreadable>().Within(TimeSpan.FromHours(1)));
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        }
    }

    static string Tripping(Action<SagaTest<OddTripSaga, Trip>> test) =>
        Should.Throw<SagaTestException>(() => test(new SagaTest<OddTripSaga, Trip>())).Message.Split(Environment.NewLine)[0];

    static string Fails(Action<SagaTest<OrderFulfilmentSaga, Order>> test) =>
        Should.Throw<SagaTestException>(() => test(OrderTest.Submitted())).Message;
}
