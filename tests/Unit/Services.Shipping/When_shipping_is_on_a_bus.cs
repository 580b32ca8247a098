using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit;
using Orchestrator.Services.Shipping;

namespace Orchestrator.Tests.Unit.Services.Shipping;

public class When_shipping_is_on_a_bus() : ShippingTests(new SqliteFile())
{
    ServiceProvider _services = null!;
    ITestHarness _bus = null!;

    [SetUp]
    public async Task Start()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Shipping:UndeliverableCountries:0", "Atlantis")])
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddShipping(_ => Database)
            .AddMassTransitTestHarness(bus =>
            {
                bus.UsingInMemory((context, configurator) =>
                {
                    configurator.UseMessageMetadata("shipping");
                    configurator.ShippingEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _bus = _services.GetRequiredService<ITestHarness>();
        await _bus.Start();
    }

    [TearDown]
    public ValueTask Stop() => _services.DisposeAsync();

    [Test]
    public async Task Every_command_is_answered_by_a_message_whose_id_derives_from_it()
    {
        var dispatch = new DispatchShipment(Order, 1);
        await Send(new BookShipment(Order, 1, new ShipTo("Antarctica", null)));
        (await _bus.Published.Any<ShipmentBooked>()).ShouldBeTrue();
        await Send(dispatch);
        (await _bus.Published.Any<ShipmentDispatched>(answer =>
            answer.Context.MessageId == Answers.MessageId(dispatch, answer.Context.Message))).ShouldBeTrue();
        await Send(new CancelShipment(Guid.CreateVersion7(), 1));
        (await _bus.Published.Any<ShipmentCancelled>()).ShouldBeTrue();
    }

    [Test]
    public async Task Each_cancellation_that_is_refused_has_an_answer_of_its_own()
    {
        var command = new CancelShipment(Order, 1);
        await Book(1);
        await Dispatch();
        await Send(command);
        await Send(command);
        var ids = new List<Guid?>();
        await foreach (var answer in _bus.Published.SelectAsync<ShipmentCancellationRefused>())
        {
            ids.Add(answer.Context.MessageId);
            if (ids.Count == 2)
                break;
        }

        ids.Count.ShouldBe(2);
        ids.ShouldBeUnique();
    }

    [Test]
    public async Task It_refuses_the_countries_that_the_configuration_names()
    {
        await Send(new BookShipment(Order, 1, new ShipTo("Atlantis", null)));
        (await _bus.Published.Any<ShipmentRefused>()).ShouldBeTrue();
    }

    async Task Send<T>(T command)
        where T : class =>
        await (await _bus.Bus.GetSendEndpoint(new Uri($"queue:{ShippingQueues.Commands}"))).Send(command);
}
