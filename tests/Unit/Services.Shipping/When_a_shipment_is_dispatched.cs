using Orchestrator.Contracts.Shipping;
using Orchestrator.Services.Shipping;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public abstract class When_a_shipment_is_dispatched(ITestDatabase store) : ShippingTests(store)
{
    [Test]
    public async Task It_has_a_tracking_number()
    {
        await Book(1);
        var dispatched = (await Dispatch()).ShouldBeOfType<ShipmentDispatched>();
        dispatched.TrackingNumber.ShouldBe(await Column("tracking_number"));
        (await Column("status")).ShouldBe("Dispatched");
    }

    [Test]
    public async Task Twice_it_has_the_same_tracking_number()
    {
        await Book(1);
        var first = (ShipmentDispatched)await Dispatch();
        (await Dispatch()).ShouldBe(first);
        (await Dispatch(2)).ShouldBe(first with { Epoch = 2 });
    }

    [Test]
    public async Task The_booking_asked_again_gets_its_old_answer()
    {
        var booked = await Book(1);
        await Dispatch();
        (await Book(1)).ShouldBe(booked);
        (await Column("status")).ShouldBe("Dispatched");
    }

    [Test]
    public async Task Its_cancellation_is_refused_each_time_in_the_same_words()
    {
        var refused = new ShipmentCancellationRefused(Order, 1, "its shipment has been dispatched and can't be cancelled");
        var booked = await Book(1);
        await Dispatch();
        (await Cancel(1)).ShouldBe(refused);
        (await Cancel(1)).ShouldBe(refused);
        (await Cancel(2)).ShouldBe(refused with { Epoch = 2 });
        (await Column("status")).ShouldBe("Dispatched");
        (await Book(1)).ShouldBe(booked);
    }

    [Test]
    public async Task An_undo_of_an_earlier_try_that_comes_again_is_answered_still()
    {
        await Cancel(1);
        await Book(2);
        await Dispatch();
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Column("status")).ShouldBe("Dispatched");
    }

    [Test]
    public async Task Without_a_booking_it_is_trouble()
    {
        (await Should.ThrowAsync<ShippingConflictException>(() => Dispatch())).Message
            .ShouldBe($"order {Order}: it has no booked shipment to dispatch");
        (await Column("status")).ShouldBeNull();
        await Book(1, "Antarctica");
        await Should.ThrowAsync<ShippingConflictException>(() => Dispatch());
    }

    [Test]
    public async Task After_its_cancellation_it_is_trouble()
    {
        await Book(1);
        await Cancel(1);
        await Should.ThrowAsync<ShippingConflictException>(() => Dispatch());
        (await Column("tracking_number")).ShouldBeNull();
    }
}
