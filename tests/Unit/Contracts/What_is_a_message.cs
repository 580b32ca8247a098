using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Orders;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>Which types are messages, and which messages may have no subscriber.</summary>
public class What_is_a_message
{
    [TestCase(typeof(OrderSubmitted))]
    [TestCase(typeof(ReserveStock))]
    [TestCase(typeof(HoldStep))]
    [TestCase(typeof(StepHeld))]
    public void Is_what_a_saga_a_queue_or_anybody_gets(Type type) => MessageContract.Problem(type).ShouldBeNull();

    [TestCase(
        typeof(StockLevel),
        "no contract knows Orchestrator.Local.Orders.StockLevel; declare it where the contracts are, in an assembly that is marked "
        + "[assembly: MessageContracts]")]
    [TestCase(
        typeof(OrderLine),
        "no contract knows Orchestrator.Contracts.Orders.OrderLine as a message; send a record that implements ISagaMessage or is marked "
        + "[SentTo(queue)] or [PublicEvent]")]
    [TestCase(
        typeof(IOrderMessage),
        "no contract knows Orchestrator.Contracts.Orders.IOrderMessage as a message; send a record that implements ISagaMessage or is "
        + "marked [SentTo(queue)] or [PublicEvent]")]
    public void Is_not_what_no_contract_knows(Type type, string problem) =>
        Should.Throw<UnknownContractException>(() => MessageContract.Check(type)).Message.ShouldBe(problem);

    [TestCase(typeof(PublicCommand))]
    [TestCase(typeof(PublicOutcome))]
    public void Is_not_public_when_somebody_waits_for_it(Type type) =>
        MessageContract.Problem(type)
        .ShouldBe($"{type} is marked [PublicEvent], but a receiver waits for it; remove the mark, or the message may be lost");

    // OrderFulfilled is not here: the inventory needs it to ship the goods.
    [Test]
    public void May_have_no_subscriber_when_it_is_for_whoever_wants_to_hear_it() =>
        Messages.Types.Where(MessageContract.IsPublic).Select(type => type.Name).ShouldBe(
    [
        "HoldRefused", "OperatorCommandAccepted", "OperatorCommandRefused", "SagaSuspended", "StepHeld", "StepReleased",
        "OrderCancellationRefused", "OrderCancelled", "OrderConflicted",
        "RideCancellationRefused", "RideCancelled", "RideCompleted",
    ]);

    [PublicEvent, SentTo("somewhere")]
    public sealed record PublicCommand;

    [PublicEvent]
    public sealed record PublicOutcome(Guid SagaId, int Epoch) : IStepMessage;
}
