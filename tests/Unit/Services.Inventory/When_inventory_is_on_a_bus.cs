using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.MassTransit;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Unit.Services.Inventory;

public class When_inventory_is_on_a_bus() : InventoryTests(new SqliteFile())
{
    ServiceProvider _services = null!;
    ITestHarness _bus = null!;

    [SetUp]
    public async Task Start()
    {
        _services = new ServiceCollection()
            .AddInventory(_ => Database)
            .AddMassTransitTestHarness(bus =>
            {
                bus.UsingInMemory((context, configurator) =>
                {
                    configurator.UseMessageMetadata("inventory");
                    configurator.InventoryEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _bus = _services.GetRequiredService<ITestHarness>();
        await _bus.Start();
    }

    [TearDown]
    public ValueTask Stop() => _services.DisposeAsync();

    [Test]
    public async Task A_command_that_came_twice_is_answered_by_the_same_message_twice()
    {
        var command = new ReserveStock(Order, 1, [Line("A", 3)]);
        await Send(command);
        await Send(command);

        var ids = new List<Guid?>();
        await foreach (var answer in _bus.Published.SelectAsync<StockReserved>())
        {
            ids.Add(answer.Context.MessageId);
            if (ids.Count == 2)
                break;
        }

        ids.ShouldAllBe(id => id == Answers.MessageId(command, new StockReserved(Order, 1)));
        (await Stock.Totals()).Reserved.ShouldBe(3);
    }

    [Test]
    public async Task A_release_is_answered()
    {
        await Send(new ReleaseStock(Order, 1));
        (await _bus.Published.Any<StockReleased>()).ShouldBeTrue();
    }

    [Test]
    public async Task Each_release_that_is_refused_has_an_answer_of_its_own()
    {
        var command = new ReleaseStock(Order, 1);
        await Reserve(1, Line("A", 3));
        await Ship();
        await Send(command);
        await Send(command);
        var ids = new List<Guid?>();
        await foreach (var answer in _bus.Published.SelectAsync<StockReleaseRefused>())
        {
            ids.Add(answer.Context.MessageId);
            if (ids.Count == 2)
                break;
        }

        ids.Count.ShouldBe(2);
        ids.ShouldBeUnique();
    }

    [Test]
    public async Task It_hears_that_an_order_was_fulfilled()
    {
        await Reserve(1, Line("A", 3));
        await _bus.Bus.Publish(new OrderFulfilled(Order));
        (await _bus.Consumed.Any<OrderFulfilled>()).ShouldBeTrue();
        (await Stock.Totals()).Shipped.ShouldBe(3);
    }

    async Task Send<T>(T command)
        where T : class =>
        await (await _bus.Bus.GetSendEndpoint(new Uri($"queue:{InventoryQueues.Commands}"))).Send(command);
}
