using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Rides;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>The names on the wire and in the stores. Other versions and other parties depend on them.</summary>
public class Wire_names
{
    [Test]
    public void Stay_as_they_are() => WireNames.Of(
        typeof(ISagaMessage).Assembly, typeof(OrderSubmitted).Assembly, typeof(RideRequested).Assembly)
        .Saga<OrderFulfilmentSaga, Order>()
        .Saga<RideBookingSaga, Ride>()
        .Participant(database => new Reservations(database))
        .Participant(database => new Drivers(database))
        .Tables(database => database.MigrateInventory())
        .Tables(database => database.MigratePayment())
        .Tables(database => database.MigrateRides())
        .Tables(database => database.MigrateShipping())
        .AreFrozen();
}
