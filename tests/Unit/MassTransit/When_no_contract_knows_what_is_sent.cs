using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Orders;
using Orchestrator.MassTransit;

namespace Orchestrator.Tests.Unit.MassTransit;

/// <summary>This holds for any bus. The test uses MassTransit's transport in memory.</summary>
public class When_no_contract_knows_what_is_sent
{
    static readonly StockLevel Unknown = new("NW-11", 1);
    static readonly OrderFulfilled Known = new(Guid.CreateVersion7());
    static readonly Uri Queue = new("queue:order-fulfilment");

    ServiceProvider _services = null!;
    ITestHarness _bus = null!;

    [SetUp]
    public async Task Start()
    {
        _services = new ServiceCollection()
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddConsumer<Failing>();
                bus.UsingInMemory((context, transport) =>
                {
                    transport.UseMessageMetadata("tests");
                    transport.ConfigureEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _bus = _services.GetRequiredService<ITestHarness>();
        await _bus.Start();
    }

    [TearDown]
    public ValueTask Stop() => _services.DisposeAsync();

    [Test]
    public async Task It_is_refused_at_its_sender_by_its_name()
    {
        var endpoint = await _bus.Bus.GetSendEndpoint(Queue);
        foreach (
            var send in new Func<Task>[] { () => _bus.Bus.Publish(Unknown), () => _bus.Bus.Publish((object)Unknown),
                () => endpoint.Send(Unknown) })
            (await Should.ThrowAsync<UnknownContractException>(send)).Message.ShouldStartWith(
                "no contract knows Orchestrator.Local.Orders.StockLevel;");
        (await _bus.Published.Any<StockLevel>()).ShouldBeFalse();
        (await _bus.Sent.Any<StockLevel>()).ShouldBeFalse();
    }

    [Test]
    public async Task It_is_refused_as_something_that_it_only_implements() =>
        (await Should.ThrowAsync<UnknownContractException>(() => _bus.Bus.Publish<IOrderMessage>(Known)))
        .Message.ShouldBe(
            "Orchestrator.Contracts.Orders.OrderFulfilled is sent as urn:message:Orchestrator.Contracts.Orders:IOrderMessage, a type "
            + "that no queue receives; send it as its own type");

    [Test]
    public async Task What_is_known_goes_out_and_so_do_the_faults_of_MassTransit()
    {
        await _bus.Bus.Publish(Known);
        (await _bus.Published.Any<OrderFulfilled>()).ShouldBeTrue();
        (await _bus.Published.Any<Fault<OrderFulfilled>>()).ShouldBeTrue();
    }

    sealed class Failing : IConsumer<OrderFulfilled>
    {
        public Task Consume(ConsumeContext<OrderFulfilled> context) => throw new InvalidOperationException("as it should");
    }
}
