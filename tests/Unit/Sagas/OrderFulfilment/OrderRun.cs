using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

/// <summary>Runs one order through the pure decision, message by message.</summary>
sealed class OrderRun
{
    public static readonly Guid OrderId = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
    readonly OrderFulfilmentSaga _saga = new();

    public OrderRun() => When(Submitted());

    public SagaState<Order> State { get; private set; } = null!;

    public IReadOnlyList<Outgoing> Outgoing { get; private set; } = [];

    public List<string> Everything { get; } = [];

    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public string Awaited => Decider.FlowOf(_saga, State).AwaitedNames(_saga.Table) ?? "";

    public IEnumerable<string> Sent => Outgoing.Select(message => message.Message.GetType().Name);

    public static OrderSubmitted Submitted() => new(
        OrderId, "10248", "VINET", new DateTimeOffset(1996, 7, 4, 0, 0, 0, TimeSpan.Zero), "USD",
        [new OrderLine("NW-11", 12, 14.005m), new OrderLine("NW-42", 10, 9.8m)], new ShipTo("France", "51100"));

    public OrderRun When(params ISagaMessage[] messages)
    {
        foreach (var message in messages)
        {
            var decision = Decider.Decide(_saga, State, message, new Circumstances(Now));
            (State, Outgoing) = (decision.State, decision.Outgoing);
            Everything.AddRange(Sent);
        }

        return this;
    }
}
