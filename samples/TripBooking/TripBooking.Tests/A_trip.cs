using Orchestrator.Contracts;
using Orchestrator.Testing;

namespace TripBooking.Tests;

public class A_trip
{
    static readonly Guid Id = Guid.CreateVersion7();
    static readonly TripRequested Request = new(Id, "ada", "Lisbon", 3, new Money(740.00m, "EUR"));

    [Test]
    public void Is_booked_when_everything_is_reserved_and_paid()
    {
        var trip = Reserved().Sends<PayTrip>();
        trip.Receive(new TripPaid(Id, 1)).Sends<MailItinerary>();
        trip.Receive(new ItineraryMailed(Id, 1)).Sends<TripBooked>().Is("Completed");
        Assert.That(trip.Sent[0], Is.EqualTo(new TripBooked(Id, "12A", "214", "TB 214")));
    }

    [Test]
    public void Gives_back_what_is_reserved_when_the_card_is_refused()
    {
        var trip = Reserved().Receive(new PaymentRefused(Id, 1, "no money"));
        trip.Receive(new CarReleased(Id, 1), new HotelReleased(Id, 1), new FlightReleased(Id, 1)).Is("Cancelled");
        Assert.That(
            trip.AllSent, Is.SupersetOf(new ISagaMessage[] { new ReleaseFlight(Id, 1), new ReleaseHotel(Id, 1), new ReleaseCar(Id, 1) }));
        Assert.That(trip.AllSent[^1], Is.EqualTo(new TripCancelled(Id, "no money")));
    }

    [Test]
    public void Turns_back_when_the_hotel_does_not_answer()
    {
        var trip = Started().Receive(new FlightReserved(Id, 1, "12A"), new CarReserved(Id, 1, "TB 214"))
            .TimePasses(TimeSpan.FromMinutes(5));
        Assert.That(trip.AllSent, Has.Member(new ReleaseHotel(Id, 1)).And.No.Member(new PayTrip(Id, 1, "ada", Request.Price)));
    }

    [Test]
    public void Mails_the_itinerary_again_until_it_is_mailed() =>
        Reserved().Receive(new TripPaid(Id, 1)).TimePasses(TimeSpan.FromSeconds(40)).Sends<MailItinerary>();

    static SagaTest<TripSaga, Trip> Started() => new SagaTest<TripSaga, Trip>().Receive(Request)
        .Sends(typeof(ReserveFlight), typeof(ReserveHotel), typeof(ReserveCar));

    static SagaTest<TripSaga, Trip> Reserved()
    {
        var trip = Started().Receive(new FlightReserved(Id, 1, "12A"), new HotelReserved(Id, 1, "214"));
        return trip.Receive(new CarReserved(Id, 1, "TB 214"));
    }
}
