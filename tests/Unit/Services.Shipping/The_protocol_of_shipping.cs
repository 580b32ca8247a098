using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Services.Shipping;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Participants;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public abstract class The_protocol_of_shipping(ITestDatabase store) : The_protocol(store)
{
    static readonly ShipTo France = new("France", "51100");

    protected override IEnumerable<ParticipantContract> Contracts =>
    [
        new()
        {
            Open = () => new Shipments(Database, new ShippingOptions()),
            Command = (order, epoch) => new BookShipment(order, epoch, France),
            Done = typeof(ShipmentBooked),
            Undo = (order, epoch) => new CancelShipment(order, epoch),
            Broken = order => new DispatchShipment(order, 1),
        },
        new()
        {
            Open = () => new Shipments(Database, new ShippingOptions()),
            Before = order => [new BookShipment(order, 1, France)],
            Command = (order, epoch) => new DispatchShipment(order, epoch),
            Done = typeof(ShipmentDispatched),
        },
    ];

    protected override Task Migrate() => Database.MigrateShipping();
}
