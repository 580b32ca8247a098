using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Services.Shipping;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public abstract class When_a_country_is_not_delivered_to(ITestDatabase store) : ShippingTests(store)
{
    [TestCase("Antarctica")]
    [TestCase("Bouvet Island")]
    [TestCase("Heard Island and McDonald Islands")]
    [TestCase(" ANTARCTICA ")]
    public async Task Nothing_is_booked(string country)
    {
        (await Book(1, country)).ShouldBe(new ShipmentRefused(Order, 1, $"no delivery to {country.Trim()}"));
        (await Column("status")).ShouldBe("Refused");
        (await Column("shipment_id")).ShouldBeNull();
    }

    [Test]
    public async Task The_configuration_names_the_countries_in_place_of_the_default()
    {
        var shipments = new Shipments(Database, new ShippingOptions { UndeliverableCountries = [" france"] });
        (await Answer(shipments, new BookShipment(Order, 1, new ShipTo("France", null)))).ShouldBeOfType<ShipmentRefused>();
        (await Answer(shipments, new BookShipment(Guid.CreateVersion7(), 1, new ShipTo("Antarctica", null))))
            .ShouldBeOfType<ShipmentBooked>();
    }

    [Test]
    public async Task The_same_command_again_is_refused_with_the_same_words_even_if_it_is_delivered_to_now()
    {
        var refused = await Book(1, "Antarctica");
        var everywhere = new Shipments(Database, new ShippingOptions { UndeliverableCountries = [] });
        (await Answer(everywhere, new BookShipment(Order, 1, new ShipTo("Antarctica", null)))).ShouldBe(refused);
        (await Answer(everywhere, new BookShipment(Order, 2, new ShipTo("Antarctica", null)))).ShouldBeOfType<ShipmentBooked>();
        (await Answer(everywhere, new BookShipment(Order, 1, new ShipTo("Antarctica", null)))).ShouldBe(refused);
    }

    [Test]
    public async Task A_cancellation_does_not_change_the_refusal()
    {
        var refused = await Book(1, "Antarctica");
        (await Cancel(1)).ShouldBe(new ShipmentCancelled(Order, 1));
        (await Book(1, "Antarctica")).ShouldBe(refused);
    }

    [Test]
    public async Task A_lower_epoch_that_comes_later_is_refused_and_stays_so()
    {
        await Book(2, "Antarctica");
        var refused = await Book(1);
        refused.ShouldBe(new ShipmentRefused(Order, 1, "overtaken by a later try"));
        await Cancel(2);
        (await Book(1)).ShouldBe(refused);
    }
}
