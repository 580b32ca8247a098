using Orchestrator.Storage;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Participants;

/// <summary>The protocol, for the operations of a participant.</summary>
public abstract class The_protocol(ITestDatabase store)
{
    protected Database Database { get; private set; } = null!;

    [SetUp]
    public async Task Create()
    {
        Database = await store.Create();
        await Migrate();
    }

    [TearDown]
    public Task Drop() => store.Drop();

    [Test]
    public async Task Is_kept()
    {
        foreach (var contract in Contracts)
            await contract.Check();
    }

    protected abstract IEnumerable<ParticipantContract> Contracts { get; }

    protected abstract Task Migrate();
}

public abstract class The_protocol_of_a_participant_with_the_kit_s_tables(ITestDatabase store) : The_protocol(store)
{
    protected override IEnumerable<ParticipantContract> Contracts => [new()
    {
        Open = () => new Airline(Database),
        Command = (trip, epoch) => new ReserveSeat(trip, epoch, "LH 1"),
        Done = typeof(SeatReserved),
        Undo = (trip, epoch) => new ReleaseSeat(trip, epoch),
        Inquiry = (trip, epoch) => new GetSeat(trip, epoch, nameof(ReserveSeat), 1),
        Broken = trip => new PrintTicket(trip, 1),
    }];

    protected override Task Migrate() => AirlineSchema.Migrate(Database);
}

public sealed class The_protocol_of_a_participant_with_the_kit_s_tables_on_SQLite() : The_protocol_of_a_participant_with_the_kit_s_tables(
    new SqliteFile());
