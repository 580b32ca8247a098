using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public abstract class When_a_shipment_is_booked(ITestDatabase store) : ShippingTests(store)
{
    [Test]
    public async Task The_carrier_has_a_place_for_it()
    {
        var booked = (await Answer(Shipments, new BookShipment(Order, 1, new ShipTo("France", "51100")))).ShouldBeOfType<ShipmentBooked>();
        booked.ShipmentId.ShouldBe(await Column("shipment_id"));
        (await Column("status")).ShouldBe("Booked");
        (await Column("country")).ShouldBe("France");
        (await Column("postal_code")).ShouldBe("51100");
    }

    [Test]
    public async Task A_command_that_can_not_be_meant_is_rejected()
    {
        foreach (var command in new BookShipment[]
        {
            new(Guid.Empty, 1, new("France", "51100")), new(Order, 0, new("France", "51100")), new(Order, 1, null!),
            new(Order, 1, new(null!, "51100")), new(Order, 1, new("Fr\0nce", "51100")), new(Order, 1, new("France", "\udc00")),
        })
        {
            await Should.ThrowAsync<RejectedMessageException>(() => Answer(Shipments, command), command.ToString());
        }

        await Should.ThrowAsync<RejectedMessageException>(() => Answer(Shipments, new CancelShipment(Guid.Empty, 1)));
        await Should.ThrowAsync<RejectedMessageException>(() => Answer(Shipments, new DispatchShipment(Order, -1)));
    }

    [Test]
    public async Task The_same_command_again_gets_the_same_booking() => (await Book(1)).ShouldBe(await Book(1));

    [Test]
    public async Task Every_order_has_a_booking_of_its_own()
    {
        var one = (ShipmentBooked)await Book(1);
        var other = (ShipmentBooked)await Book(Guid.CreateVersion7(), 1);
        one.ShipmentId.ShouldNotBe(other.ShipmentId);
    }

    [Test]
    public async Task A_higher_epoch_finds_it_booked_already_and_takes_it_over()
    {
        var first = (ShipmentBooked)await Book(1);
        (await Book(2)).ShouldBe(first with { Epoch = 2 });
        (await Book(1)).ShouldBe(first);
        await Cancel(1);
        (await Column("status")).ShouldBe("Booked");
        await Cancel(2);
        (await Column("status")).ShouldBe("Cancelled");
    }

    [Test]
    public async Task Many_times_at_once_it_is_booked_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Book(1))));
        outcomes.Distinct().ShouldHaveSingleItem().ShouldBeOfType<ShipmentBooked>();
    }
}
