using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace TripBooking;

/// <summary>A traveller requests a trip. This starts the saga.</summary>
public sealed record TripRequested(Guid SagaId, string Traveller, string Destination, int Nights, Money Price) : ISagaMessage;

/// <summary>Everything is reserved and paid, and the traveller has the itinerary.</summary>
[PublicEvent]
public sealed record TripBooked(Guid SagaId, string? Seat, string? Room, string? Car) : ISagaMessage;

/// <summary>Nothing is reserved, and nothing is paid.</summary>
[PublicEvent]
public sealed record TripCancelled(Guid SagaId, string Reason) : ISagaMessage;

/// <summary>
/// The state that the saga keeps. The result of a step is null until the step is done, and when an operator resolved the step.
/// </summary>
public sealed record Trip(Guid Id, string Traveller, string Destination, int Nights, Money Price) : SagaData
{
    public string? Seat { get; init; }

    public string? Room { get; init; }

    public string? Car { get; init; }
}

/// <summary>The table: flight, hotel and car side by side, then the payment. After the payment the saga only goes forward.</summary>
public sealed class TripSaga : StepSaga<Trip>
{
    public TripSaga() : base("trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Destination, asked.Nights, asked.Price),
            key: trip => trip.Traveller,
            violation: asked => TextRules.Violation("traveller", asked.Traveller)
                ?? TextRules.Violation("destination", asked.Destination)
                ?? CommandRules.Violation("price", asked.Price)
                ?? (asked.Nights > 0 ? null : $"nights is {asked.Nights}; at least one is wanted"));

        InParallel(
            Compensatable<ReserveFlight>((trip, epoch) => new(trip.Id, epoch, trip.Destination))
                .CompletedBy<FlightReserved>((trip, done) => trip with { Seat = done.Seat })
                .RefusedBy<FlightRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseFlight, FlightReleased>((trip, epoch) => new(trip.Id, epoch)),
            Compensatable<ReserveHotel>((trip, epoch) => new(trip.Id, epoch, trip.Destination, trip.Nights))
                .CompletedBy<HotelReserved>((trip, done) => trip with { Room = done.Room })
                .RefusedBy<HotelRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseHotel, HotelReleased>((trip, epoch) => new(trip.Id, epoch)),
            Compensatable<ReserveCar>((trip, epoch) => new(trip.Id, epoch, trip.Destination))
                .CompletedBy<CarReserved>((trip, done) => trip with { Car = done.Plate })
                .RefusedBy<CarRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseCar, CarReleased>((trip, epoch) => new(trip.Id, epoch)));

        Then(Pivot<PayTrip>((trip, epoch) => new(trip.Id, epoch, trip.Traveller, trip.Price))
            .CompletedBy<TripPaid>()
            .RefusedBy<PaymentRefused>(refusal => refusal.Reason));

        Then(Retriable<MailItinerary>((trip, epoch) => new(trip.Id, epoch, trip.Traveller, trip.Destination))
            .CompletedBy<ItineraryMailed>());

        Completes(trip => new TripBooked(trip.Id, trip.Seat, trip.Room, trip.Car));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        Shows("traveller", "traveller");
        Shows("destination", "destination");
    }
}
