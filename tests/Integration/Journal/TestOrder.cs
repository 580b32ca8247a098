using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>An order that moves through a journal by pure decisions, without a bus.</summary>
sealed class TestOrder(SagaJournal journal, string? number = null)
{
    public static readonly SagaKind<Order> Kind = new(new OrderFulfilmentSaga());

    int _decisions;

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Number => number ?? $"{Id:N}";

    /// <summary>The number of decisions about it.</summary>
    public int Decisions => _decisions;

    public OrderSubmitted Submitted => new(
        Id, Number, "VINET", new DateTimeOffset(1996, 7, 4, 0, 0, 0, TimeSpan.Zero), "USD", [new OrderLine("NW-11", 12, 14m)],
        new ShipTo("France", "51100"));

    public StockReserved Reserved => new(Id, 1);

    public StockRefused StockRefused => new(Id, 1, "short");

    public PaymentAuthorized Authorized => new(Id, 1, "auth-1");

    public PaymentVoided Voided => new(Id, 1);

    public static Envelope Wrap(ISagaMessage message, Guid? id = null) => new(
        id ?? Guid.CreateVersion7(), message.GetType().Name, message.SagaId, Guid.CreateVersion7(), Guid.CreateVersion7(), "test",
        new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), 1,
        JsonSerializer.SerializeToElement(message, message.GetType(), WireJson.Options));

    public static Delivery Deliver(ISagaMessage message) => new(Kind, message, Wrap(message), default, IsRedelivery: false);

    public static SagaChange Decide(Loaded loaded, ISagaMessage message) => Kind.Decide(Deliver(message), loaded).Change;

    public Task<IReadOnlyList<OutgoingEnvelope>> Handle(ISagaMessage message, Guid? id = null) => Handle(message, Wrap(message, id));

    public Task<IReadOnlyList<OutgoingEnvelope>> Handle(
        ISagaMessage message, Envelope envelope, Func<Task>? whileDeciding = null, bool isRedelivery = true)
    {
        var delivery = new Delivery(
            Kind, message, envelope, new Cause("ann", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), isRedelivery);
        return journal.Handle(
            delivery,
            loaded =>
            {
                Interlocked.Increment(ref _decisions);
                whileDeciding?.Invoke().GetAwaiter().GetResult();
                return Kind.Decide(delivery, loaded).Change;
            },
            CancellationToken.None);
    }

    /// <summary>The command that the breaker holds and that the message answers.</summary>
    public async Task<string?> Answers(ISagaMessage message)
    {
        string? answered = null;
        var delivery = new Delivery(Kind, message, Wrap(message), new Cause("ann", null), IsRedelivery: false);
        await journal.Handle(
            delivery,
            loaded =>
            {
                var decided = Kind.Decide(delivery, loaded).Change;
                answered = decided.Answered;
                return decided;
            },
            CancellationToken.None);
        return answered;
    }
}
