using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Participants;

/// <summary>A participant that is written with the kit, and one trip.</summary>
public abstract class AirlineTests(ITestDatabase store)
{
    protected Database Database { get; private set; } = null!;

    protected Airline Airline { get; private set; } = null!;

    protected Guid Trip { get; private set; }

    [SetUp]
    public async Task Open()
    {
        Database = await store.Create();
        await AirlineSchema.Migrate(Database);
        Airline = new Airline(Database);
        Trip = Guid.CreateVersion7();
    }

    [TearDown]
    public Task Drop()
    {
        Airline.Dispose();
        return store.Drop();
    }

    protected async Task<IStepMessage> Reserve(int epoch = 1, string flight = "LH 1") =>
        (await Airline.Handle(new ReserveSeat(Trip, epoch, flight)))!;

    protected async Task<IStepMessage> Release(int epoch = 1) => (await Airline.Handle(new ReleaseSeat(Trip, epoch)))!;

    protected Task<string?> Column(string column) => Database.Read(sql => sql.First(
        $"SELECT {column} FROM seat WHERE saga_id = @trip", row => row.IsDBNull(0) ? null : row.GetValue(0).ToString(), ("trip", Trip)));

    protected Task<List<(string Act, int Epoch, string Status)>> Acts() => Database.Read(sql => sql.Query(
        "SELECT act, epoch, status FROM seat_act ORDER BY act, epoch", row => (row.GetString(0), row.GetInt32(1), row.GetString(2))));
}
