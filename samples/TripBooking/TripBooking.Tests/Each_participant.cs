using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Storage;
using Orchestrator.Testing;

namespace TripBooking.Tests;

/// <summary>
/// Each participant keeps the protocol: one outcome for each try, the same answer to a repeated command, and an undo wins.
/// </summary>
public class Each_participant
{
    DirectoryInfo _folder = null!;
    SqliteDatabase _database = null!;

    [SetUp]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("trip-booking-");
        _database = new SqliteDatabase(Path.Combine(_folder.FullName, "test.db"), TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
    }

    [TearDown]
    public async Task Close()
    {
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public Task Of_flights() => Keeps<FlightTables>(options => new(options), new()
    {
        Open = () => new Flights(_database),
        Command = (trip, epoch) => new ReserveFlight(trip, epoch, "Lisbon"),
        Done = typeof(FlightReserved),
        Undo = (trip, epoch) => new ReleaseFlight(trip, epoch),
    });

    [Test]
    public Task Of_hotels() => Keeps<HotelTables>(options => new(options), new()
    {
        Open = () => new Hotels(_database),
        Command = (trip, epoch) => new ReserveHotel(trip, epoch, "Lisbon", 3),
        Done = typeof(HotelReserved),
        Undo = (trip, epoch) => new ReleaseHotel(trip, epoch),
    });

    [Test]
    public Task Of_cars() => Keeps<CarTables>(options => new(options), new()
    {
        Open = () => new Cars(_database),
        Command = (trip, epoch) => new ReserveCar(trip, epoch, "Lisbon"),
        Done = typeof(CarReserved),
        Undo = (trip, epoch) => new ReleaseCar(trip, epoch),
    });

    [Test]
    public Task Of_the_bank() => Keeps<BankTables>(options => new(options), new()
    {
        Open = () => new Bank(_database),
        Command = (trip, epoch) => new PayTrip(trip, epoch, "ada", new Money(740.00m, "EUR")),
        Done = typeof(TripPaid),
    });

    [Test]
    public Task Of_the_mail() => Keeps<MailTables>(options => new(options), new()
    {
        Open = () => new Mail(_database),
        Command = (trip, epoch) => new MailItinerary(trip, epoch, "ada", "Lisbon"),
        Done = typeof(ItineraryMailed),
    });

    async Task Keeps<TTables>(Func<DbContextOptions<TTables>, TTables> tables, ParticipantContract contract)
        where TTables : DbContext
    {
        await Schema.Migrate(_database, "test", tables);
        await contract.Check();
    }
}
