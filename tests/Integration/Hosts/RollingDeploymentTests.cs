using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// A worker of this version beside one of the next version. The order saga of the next version has one more step, with messages that this
/// version does not know.
/// </summary>
[Category("Broker")]
public class When_a_new_version_is_rolled_out
{
    const int Orders = 40;
    const long Units = 1_000_000;

    [Test]
    public async Task Old_and_new_workers_end_all_orders_together_and_set_nothing_aside()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units));
        await hosts.Submit(OrderLines.Make(Orders));
        await using (await NextWorker.Start(hosts))
        {
            await hosts.Submit(OrderLines.Make(Orders));
            var old = hosts.Running.Single(host => host.Name == RealHosts.Worker);
            await Eventually.Is(
                () => Task.FromResult(
                    old.Output.Contains(
                        "Orchestrator.Tests.Integration.Hosts:CustomerScreened, which this version does not know",
                        StringComparison.Ordinal)),
                "the old worker does not say that it lets them wait");
            (await old.HealthReport()).ShouldContain("CustomerScreened in order-fulfilment");
            (await old.Answers("/health/ready")).ShouldBe(200, "it works");
            await hosts.Settled(2 * Orders);
        }

        await hosts.Reconcile(Units);
        (await hosts.States())["Completed"].ShouldBe(2 * OrderLines.Fulfilled(Orders));
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal WHERE message_type = 'CustomerScreened'")).ShouldBeGreaterThan(0);
        (await hosts.Count("orchestrator", "SELECT count(*) FROM saga_definition WHERE kind = 'order-fulfilment'")).ShouldBe(2);
    }

    sealed class NextWorker(IHost host) : IAsyncDisposable
    {
        readonly IHost _host = host;

        public static async Task<NextWorker> Start(RealHosts hosts)
        {
            BrokerAddress.TryParse(hosts.Broker.ToString(), out var broker).ShouldBeTrue();
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            var (sagas, screening) = (new SagaParty(), new Party("screening"));
            sagas.AddSaga<NextOrderSaga, Order>();
            screening.AddHandlers(bus => bus.AddConsumer<ScreenCustomerHandler>());
            screening.AddQueues((bus, context) => bus.ReceiveEndpoint(ScreenCustomer.Queue, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.ConfigureConsumer<ScreenCustomerHandler>(context);
            }));
            builder.Services.AddPartiesOnServers(
                builder.Configuration,
                new(hosts.Postgres, broker!, new BrokerOptions { Redelivery = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)] }), sagas,
                screening);
            var next = new NextWorker(builder.Build());
            await next._host.StartAsync();
            await next._host.Services.GetRequiredService<StartUp>().Begin(CancellationToken.None);
            return next;
        }

        public async ValueTask DisposeAsync()
        {
            await _host.Services.GetRequiredService<StartUp>().End(CancellationToken.None);
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
        }
    }
}

[SentTo(Queue)]
public sealed record ScreenCustomer(Guid OrderId, int Epoch, string CustomerId) : IOrderStep
{
    public const string Queue = "customers-commands";
}

public sealed record CustomerScreened(Guid OrderId, int Epoch) : IOrderStep;

[SentTo(ScreenCustomer.Queue)]
public sealed record ForgetScreening(Guid OrderId, int Epoch) : IOrderStep;

public sealed record ScreeningForgotten(Guid OrderId, int Epoch) : IOrderStep;

public sealed class ScreenCustomerHandler : IConsumer<ScreenCustomer>, IConsumer<ForgetScreening>
{
    public Task Consume(ConsumeContext<ScreenCustomer> context) =>
        context.Answer(new CustomerScreened(context.Message.OrderId, context.Message.Epoch));

    public Task Consume(ConsumeContext<ForgetScreening> context) =>
        context.Answer(new ScreeningForgotten(context.Message.OrderId, context.Message.Epoch));
}

/// <summary>A possible next version of the order saga: customers are screened before their payment is captured.</summary>
public sealed class NextOrderSaga : StepSaga<Order>
{
    public NextOrderSaga() : base("order-fulfilment", new OrderFulfilmentSaga().Version + 1)
    {
        StartedBy<OrderSubmitted>(Order.From, key: order => order.OrderNumber, violation: OrderRules.Violation);

        InParallel(
            Compensatable<ReserveStock>((order, epoch) => new(order.OrderId, epoch, order.Lines))
                .CompletedBy<StockReserved>()
                .RefusedBy<StockRefused>(refusal => refusal.Reason)
                .UndoneBy<ReleaseStock, StockReleased>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<StockReleaseRefused>(refusal => refusal.Reason),

            Compensatable<AuthorizePayment>((order, epoch) => new(order.OrderId, epoch, order.CustomerId, order.Amount))
                .CompletedBy<PaymentAuthorized>((order, done) => order with { AuthorizationId = done.AuthorizationId })
                .RefusedBy<PaymentRefused>(refusal => refusal.Reason)
                .AskedBy<GetPaymentStatus,
                PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(AuthorizePayment), attempt))
                .UndoneBy<VoidPayment, PaymentVoided>((order, epoch) => new(order.OrderId, epoch))
                .UndoRefusedBy<PaymentVoidRefused>(refusal => refusal.Reason));

        Then(Compensatable<BookShipment>((order, epoch) => new(order.OrderId, epoch, order.ShipTo))
            .CompletedBy<ShipmentBooked>((order, done) => order with { ShipmentId = done.ShipmentId })
            .RefusedBy<ShipmentRefused>(refusal => refusal.Reason)
            .UndoneBy<CancelShipment, ShipmentCancelled>((order, epoch) => new(order.OrderId, epoch))
            .UndoRefusedBy<ShipmentCancellationRefused>(refusal => refusal.Reason));

        Then(Compensatable<ScreenCustomer>((order, epoch) => new(order.OrderId, epoch, order.CustomerId))
            .CompletedBy<CustomerScreened>()
            .UndoneBy<ForgetScreening, ScreeningForgotten>((order, epoch) => new(order.OrderId, epoch)));

        Then(Pivot<CapturePayment>((order, epoch) => new(order.OrderId, epoch))
            .CompletedBy<PaymentCaptured>()
            .RefusedBy<CaptureRefused>(refusal => refusal.Reason)
            .AskedBy<GetPaymentStatus,
            PaymentUnknown>((order, epoch, attempt) => new(order.OrderId, epoch, nameof(CapturePayment), attempt)));

        Then(Retriable<DispatchShipment>((order, epoch) => new(order.OrderId, epoch))
            .CompletedBy<ShipmentDispatched>((order, done) => order with { TrackingNumber = done.TrackingNumber }));

        EndsWithin(TimeSpan.FromHours(24));
        CancelledBy<CancelOrder, OrderCancellationRefused>(
            inAdvance: cancel => Order.NotYetKnown(cancel.OrderId),
            refused: (order, reason) => new(order.OrderId, reason));
        ConflictsWith((order, reason) => new OrderConflicted(order.OrderId, reason));
        Completes(order => new OrderFulfilled(order.OrderId));
        Cancels((order, refusal) => new OrderCancelled(order.OrderId, refusal.Step, refusal.Reason));
    }
}
