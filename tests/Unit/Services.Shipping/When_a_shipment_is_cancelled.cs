using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public abstract class When_a_shipment_is_cancelled(ITestDatabase store) : ShippingTests(store)
{
    ShipmentRefused CancelledBefore(int epoch) => new(Order, epoch, "cancelled before it was booked");

    [Test]
    public async Task Its_place_is_given_back()
    {
        await Book(1);
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Column("status")).ShouldBe("Cancelled");
    }

    [Test]
    public async Task The_old_booking_does_not_come_back_to_life()
    {
        await Book(1);
        await Cancel(1);
        (await Book(1)).ShouldBe(CancelledBefore(1));
        (await Book(1)).ShouldBe(CancelledBefore(1));
        (await Column("status")).ShouldBe("Cancelled");
    }

    [Test]
    public async Task Before_it_arrived_it_is_refused_when_it_does()
    {
        (await Cancel(2)).ShouldBe(new ShipmentCancelled(Order, 2));
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Book(1)).ShouldBe(CancelledBefore(1));
        (await Book(2)).ShouldBe(CancelledBefore(2));
        (await Book(2)).ShouldBe(CancelledBefore(2));
        (await Column("status")).ShouldBe("Cancelled");
        (await Column("shipment_id")).ShouldBeNull();
    }

    [Test]
    public async Task A_higher_epoch_is_a_new_booking()
    {
        var first = (ShipmentBooked)await Book(1);
        await Cancel(1);
        var second = (await Book(2)).ShouldBeOfType<ShipmentBooked>();
        second.ShipmentId.ShouldNotBe(first.ShipmentId);
    }

    [Test]
    public async Task Again_by_an_old_message_a_new_booking_is_left_alone()
    {
        await Book(1);
        await Cancel(1);
        var second = await Book(2);
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Column("status")).ShouldBe("Booked");
        (await Book(2)).ShouldBe(second);
    }

    [Test]
    public async Task By_a_message_that_races_the_booking_nothing_stays_booked()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            var order = Guid.CreateVersion7();
            await Task.WhenAll(Task.Run(() => Book(order, 1)), Task.Run(() => Cancel(order, 1)), Task.Run(() => Book(order, 1)));
            (await Column(order, "status")).ShouldBe("Cancelled");
        }));
    }
}
