using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Participants;
using Orchestrator.Services.Inventory;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Inventory;

/// <summary>An inventory with 10 A, 10 B and 10 C on the shelf, and one order.</summary>
public abstract class InventoryTests(ITestDatabase store)
{
    protected const long Loaded = 30;

    protected Database Database { get; private set; } = null!;

    protected Stock Stock { get; private set; } = null!;

    protected Reservations Reservations { get; private set; } = null!;

    protected Guid Order { get; private set; }

    [SetUp]
    public async Task Open()
    {
        Database = await store.Create();
        await Database.MigrateInventory();
        Stock = new Stock(Database);
        Reservations = new Reservations(Database);
        Order = Guid.CreateVersion7();
        await Stock.Load([("A", 10), ("B", 10), ("C", 10)]);
    }

    [TearDown]
    public Task Drop()
    {
        Reservations.Dispose();
        return store.Drop();
    }

    protected Task<IStepMessage> Reserve(int epoch, params StockLine[] lines) => Reserve(Order, epoch, lines);

    protected Task<IStepMessage> Reserve(Guid order, int epoch, params StockLine[] lines) =>
        Answer(Reservations, new ReserveStock(order, epoch, lines));

    protected Task<IStepMessage> Release(int epoch) => Release(Order, epoch);

    protected Task<IStepMessage> Release(Guid order, int epoch) => Answer(Reservations, new ReleaseStock(order, epoch));

    protected Task Ship() => Ship(Order);

    protected Task Ship(Guid order) => Reservations.Handle(new OrderFulfilled(order));

    protected static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) =>
        (await participant.Handle(message))!;

    protected Task<string?> Status() =>
        Database.Read(sql => sql.First(
            "SELECT status FROM inventory_reservation WHERE order_id = @order", row => row.GetString(0), ("order", Order)));

    protected static StockLine Line(string sku, int quantity) => new(sku, quantity);
}
