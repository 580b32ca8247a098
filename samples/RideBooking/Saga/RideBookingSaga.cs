using Orchestrator.Contracts.Rides;
using Orchestrator.Engine;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The saga of a ride: from the request to the paid ride, or back to a cancelled ride that holds nothing.</summary>
public sealed class RideBookingSaga : StepSaga<Ride>
{
    /// <summary>The table.</summary>
    public RideBookingSaga() : base("ride-booking", version: 2)
    {
        StartedBy<RideRequested>(Ride.From, key: ride => ride.RideNumber, violation: RideRules.Violation);

        Then(Compensatable<AssignDriver>((ride, epoch) => new(ride.RideId, epoch, ride.PickUp))
            .CompletedBy<DriverAssigned>((ride, done) => ride with { DriverId = done.DriverId })
            .RefusedBy<DriverRefused>(refusal => refusal.Reason)
            .UndoneBy<ReleaseDriver, DriverReleased>((ride, epoch) => new(ride.RideId, epoch))
            .Within(TimeSpan.FromMinutes(2)).Attempted(3)
            .PutsUnitsAtRisk(_ => 1)); // One unit: the driver.

        Then(Compensatable<AuthorizeFare>((ride, epoch) => new(ride.RideId, epoch, ride.PassengerId, ride.Fare))
            .CompletedBy<FareAuthorized>()
            .RefusedBy<FareRefused>(refusal => refusal.Reason)
            .UndoneBy<VoidFare, FareVoided>((ride, epoch) => new(ride.RideId, epoch))
            .UndoRefusedBy<FareVoidRefused>(refusal => refusal.Reason)
            .PutsMoneyAtRisk(ride => ride.Fare));

        Then(Compensatable<StartRide>((ride, epoch) => new(ride.RideId, epoch, ride.Destination))
            .CompletedBy<RideStarted>()
            .RefusedBy<RideRefused>(refusal => refusal.Reason)
            .UndoneBy<AbortRide, RideAborted>((ride, epoch) => new(ride.RideId, epoch))
            .UndoRefusedBy<RideAbortRefused>(refusal => refusal.Reason));

        Then(Await<RideEnded>((ride, ended) => ride with { FinalFare = ended.Fare }).Within(TimeSpan.FromHours(12)));

        Then(Pivot<CaptureFare>((ride, epoch) => new(ride.RideId, epoch, ride.FareToTake()))
            .CompletedBy<FareCaptured>()
            .RefusedBy<FareCaptureRefused>(refusal => refusal.Reason));

        Then(Retriable<NotifyPassenger>((ride, epoch) => new(ride.RideId, epoch, ride.PassengerId, ride.FareToTake()))
            .CompletedBy<PassengerNotified>());

        EndsWithin(TimeSpan.FromHours(24));
        CancelledBy<CancelRide, RideCancellationRefused>(
            inAdvance: cancel => Ride.NotYetKnown(cancel.RideId),
            refused: (ride, reason) => new(ride.RideId, reason));
        Completes(ride => new RideCompleted(ride.RideId, ride.FareToTake()));
        Cancels((ride, refusal) => new RideCancelled(ride.RideId, refusal.Step, refusal.Reason));

        Shows("ride_number", "rideNumber");
        Shows("passenger", "passengerId");
        Shows("driver", "driverId");
        Shows("fare", "fare.amount");
        Shows("final_fare", "finalFare.amount");
        Shows("currency", "fare.currency");
        SearchedBy("ride_number", "passenger", "driver");
    }
}
