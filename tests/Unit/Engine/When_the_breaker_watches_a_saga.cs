using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

public class When_the_breaker_watches_a_saga
{
    [Test]
    public void It_watches_each_command_and_each_undo_with_whatever_answers_it()
    {
        var circuits = Circuit.Of(new OrderFulfilmentSaga());
        circuits.Select(circuit => $"{circuit.Step}/{circuit.Command}: {string.Join(", ", circuit.Answers)}").ShouldBe(
        [
            "ReserveStock/ReserveStock: StockReserved, StockRefused",
            "ReserveStock/ReleaseStock: StockReleased, StockReleaseRefused",
            "AuthorizePayment/AuthorizePayment: PaymentAuthorized, PaymentRefused, PaymentUnknown",
            "AuthorizePayment/VoidPayment: PaymentVoided, PaymentVoidRefused",
            "BookShipment/BookShipment: ShipmentBooked, ShipmentRefused",
            "BookShipment/CancelShipment: ShipmentCancelled, ShipmentCancellationRefused",
            "CapturePayment/CapturePayment: PaymentCaptured, CaptureRefused, PaymentUnknown",
            "DispatchShipment/DispatchShipment: ShipmentDispatched",
        ]);
        circuits.Where(circuit => circuit.IsUndo).Select(circuit => circuit.Command)
            .ShouldBe(["ReleaseStock", "VoidPayment", "CancelShipment"]);
    }

    [Test]
    public void It_knows_how_soon_the_saga_gives_up_at_its_pace()
    {
        var (usual, fast) = (Circuit.Of(new OrderFulfilmentSaga())[0], Circuit.Of(new OrderFulfilmentSaga { Pace = 0.1 })[0]);
        // Five times 30 s, and pauses that are at least half of 1, 2, 4 and 8 s.
        (usual.Limit, usual.GivesUpAfter, usual.LongestWait)
            .ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(157.5), TimeSpan.FromMinutes(1)));
        (fast.Limit, fast.GivesUpAfter, fast.LongestWait)
            .ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15.75), TimeSpan.FromSeconds(6)));
    }

    [Test]
    public void It_leaves_alone_what_comes_from_outside() =>
        Circuit.Of(new RideBookingSaga()).Select(circuit => circuit.Step).ShouldNotContain("RideEnded");

    [Test]
    public void It_leaves_alone_what_people_answer() =>
        Circuit.Of(new PatientTripSaga()).Select(circuit => circuit.Command).ShouldBe(["ReserveSeat", "ReleaseSeat"]);

    sealed class PatientTripSaga : StepSaga<Trip>
    {
        public PatientTripSaga() : base("patient-trip", version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Compensatable<ReserveSeat>((trip, epoch) => new(trip.Id, epoch, trip.Flight))
                .CompletedBy<SeatReserved>()
                .RefusedBy<SeatRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch)));
            Then(Pivot<ChargeCard>((trip, epoch) => new(trip.Id, epoch, trip.Traveller)).CompletedBy<CardCharged>().AnsweredByPeople());
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        }
    }
}
