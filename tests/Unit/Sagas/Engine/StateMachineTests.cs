using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

/// <summary>A compiled table is a MassTransit state machine like any other: its test harness works on it.</summary>
public class A_compiled_table_in_masstransits_test_harness
{
    [Test]
    public async Task Moves_from_state_to_state_and_sends_its_commands()
    {
        await using var provider = Provider();
        var harness = provider.GetTestHarness();
        await harness.Start();

        await harness.Bus.Publish(OrderRun.Submitted());
        (await harness.Sent.Any<ReserveStock>()).ShouldBeTrue();
        (await harness.Sent.Any<AuthorizePayment>(sent => sent.Context.Message.Amount.Amount == 266.06m)).ShouldBeTrue();

        await harness.Bus.Publish(Outcomes.StockRefused);
        (await harness.Sent.Any<VoidPayment>()).ShouldBeTrue();
        await harness.Bus.Publish(Outcomes.Voided);
        (await harness.Published.Any<OrderCancelled>(published => published.Context.Message.Reason == "short of NW-11")).ShouldBeTrue();

        var sagas = harness.GetSagaStateMachineHarness<StepSagaStateMachine<Order>, StepSagaInstance<Order>>();
        (await sagas.Exists(OrderRun.OrderId, machine => machine.GetState("Cancelled"))).ShouldNotBeNull();
    }

    [Test]
    public async Task Answers_an_operator_who_means_a_saga_that_does_not_exist()
    {
        await using var provider = Provider();
        var harness = provider.GetTestHarness();
        await harness.Start();

        await harness.Bus.Publish(new ResumeSaga(OrderRun.OrderId, null, "ada", "go on"));
        (await harness.Published.Any<OperatorCommandRefused>(
            published => published.Context.Message.Reason == $"there is no order-fulfilment {OrderRun.OrderId}")).ShouldBeTrue();
    }

    [Test]
    public async Task Fails_an_outcome_whose_saga_does_not_exist()
    {
        await using var provider = Provider();
        var harness = provider.GetTestHarness();
        await harness.Start();

        await harness.Bus.Publish(Outcomes.Reserved);
        (await harness.Published.Any<Fault<StockReserved>>(published => published.Context.Message.Exceptions[0].Message
            == $"StockReserved is for order-fulfilment {OrderRun.OrderId}, which does not exist")).ShouldBeTrue();
    }

    [Test]
    public async Task Shows_itself_to_a_probe()
    {
        await using var provider = Provider();
        var harness = provider.GetTestHarness();
        await harness.Start();
        harness.Bus.GetProbeResult().Results["bus"].ShouldNotBeNull();
    }

    static ServiceProvider Provider() => new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<StepSaga<Order>, OrderFulfilmentSaga>()
        .AddMassTransitTestHarness(bus =>
        {
            bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(30));
            bus.AddSagaStateMachine<StepSagaStateMachine<Order>, StepSagaInstance<Order>>().Endpoint(endpoint => endpoint.Name = "order-fulfilment");
        })
        .BuildServiceProvider(true);
}
