using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Participants;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Shipping;

/// <summary>A carrier that delivers everywhere except to the default countries, and one order.</summary>
public abstract class ShippingTests(ITestDatabase store)
{
    protected Database Database { get; private set; } = null!;

    protected Shipments Shipments { get; private set; } = null!;

    protected Guid Order { get; private set; }

    [SetUp]
    public async Task Open()
    {
        Database = await store.Create();
        await Database.MigrateShipping();
        Shipments = new Shipments(Database, new ShippingOptions());
        Order = Guid.CreateVersion7();
    }

    [TearDown]
    public Task Drop()
    {
        Shipments.Dispose();
        return store.Drop();
    }

    protected Task<IStepMessage> Book(int epoch, string country = "France") => Book(Order, epoch, country);

    protected Task<IStepMessage> Book(Guid order, int epoch, string country = "France") =>
        Answer(Shipments, new BookShipment(order, epoch, new ShipTo(country, null)));

    protected Task<IStepMessage> Cancel(int epoch) => Cancel(Order, epoch);

    protected Task<IStepMessage> Cancel(Guid order, int epoch) => Answer(Shipments, new CancelShipment(order, epoch));

    protected Task<IStepMessage> Dispatch(int epoch = 1) => Answer(Shipments, new DispatchShipment(Order, epoch));

    protected static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) =>
        (await participant.Handle(message))!;

    protected Task<string?> Column(string name) => Column(Order, name);

    protected Task<string?> Column(Guid order, string name) =>
        Database.Read(sql => sql.First(
            $"SELECT {name} FROM shipping_shipment WHERE order_id = @order",
            row => row.IsDBNull(0) ? null : row.GetString(0), ("order", order)));
}
