using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Services.Inventory;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Participants;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public abstract class The_protocol_of_inventory(ITestDatabase store) : The_protocol(store)
{
    protected override IEnumerable<ParticipantContract> Contracts =>
    [
        new()
        {
            Open = () => new Reservations(Database),
            Command = (order, epoch) => new ReserveStock(order, epoch, [new StockLine("B", 1), new StockLine("A", 2)]),
            Done = typeof(StockReserved),
            Undo = (order, epoch) => new ReleaseStock(order, epoch),
            Broken = order => new OrderFulfilled(order),
        },
    ];

    protected override async Task Migrate()
    {
        await Database.MigrateInventory();
        await new Stock(Database).Load([("A", 1_000), ("B", 1_000)]);
    }
}
