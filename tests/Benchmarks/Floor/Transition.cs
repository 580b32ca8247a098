using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>What a message changes in a saga, and what the saga then sends.</summary>
/// <param name="saga">The saga.</param>
/// <param name="message">The message.</param>
/// <param name="now">The time of the transition.</param>
/// <param name="isShort">True when an order ends when it is paid.</param>
sealed class Transition(Saga saga, Inbound message, DateTime now, bool isShort)
{
    /// <summary>The messages to send.</summary>
    public List<Outbound> Sent { get; } = new(2);

    /// <summary>Changes the saga.</summary>
    /// <returns>False when the saga did not wait for the message.</returns>
    public bool Run()
    {
        switch (message.Type)
        {
            case nameof(OrderSubmitted):
                saga.Data = Begin(message.Read(Contents.Default.Submitted));
                Send(nameof(ReserveStock), InventoryQueues.Commands,
                    Json(new Reserve(saga.Id, 1, saga.Data.Lines), Contents.Default.Reserve));
                Send(nameof(AuthorizePayment), PaymentQueues.Commands,
                    Json(new Authorize(saga.Id, 1, saga.Data.CustomerId, saga.Data.Amount), Contents.Default.Authorize));
                return true;
            case nameof(StockReserved) when saga.Completes(nameof(ReserveStock), message.Type, now):
                BookWhenBoth();
                return true;
            case nameof(PaymentAuthorized) when saga.Completes(nameof(AuthorizePayment), message.Type, now):
                saga.Data!.AuthorizationId = message.Read(Contents.Default.Authorized).AuthorizationId;
                BookWhenBoth();
                return true;
            case nameof(ShipmentBooked) when saga.Completes(nameof(BookShipment), message.Type, now):
                saga.Data!.ShipmentId = message.Read(Contents.Default.Booked).ShipmentId;
                Send(nameof(CapturePayment), PaymentQueues.Commands, Json(new Plain(saga.Id, 1), Contents.Default.Plain));
                return true;
            case nameof(PaymentCaptured) when saga.Completes(nameof(CapturePayment), message.Type, now):
                if (isShort)
                    End();
                else
                    Send(nameof(DispatchShipment), ShippingQueues.Commands, Json(new Plain(saga.Id, 1), Contents.Default.Plain));
                return true;
            case nameof(ShipmentDispatched) when saga.Completes(nameof(DispatchShipment), message.Type, now):
                saga.Data!.TrackingNumber = message.Read(Contents.Default.Dispatched).TrackingNumber;
                End();
                return true;
            default:
                return false;
        }
    }

    void Send(string step, string queue, byte[] content)
    {
        saga.Data!.Steps[step] = new StepData(
            "Sent", 1, 1, new DateTimeOffset(now), null, "Answer", new DateTimeOffset(now + Saga.TimeLimit), 0, null);
        Sent.Add(Outbound.OfSaga(message, saga.Version + 1, Sent.Count, "", queue, step, content, now));
    }

    void BookWhenBoth()
    {
        if (saga.IsDone(nameof(ReserveStock)) && saga.IsDone(nameof(AuthorizePayment)))
            Send(nameof(BookShipment), ShippingQueues.Commands, Json(new Book(saga.Id, 1, saga.Data!.ShipTo), Contents.Default.Book));
    }

    void End()
    {
        saga.Data!.IsAnnounced = true;
        Sent.Add(Outbound.OfSaga(
            message, saga.Version + 1, 0, "Orchestrator.Contracts.Orders:OrderFulfilled", "", nameof(OrderFulfilled),
            Json(new Ended(saga.Id), Contents.Default.Ended), now));
    }

    OrderData Begin(Submitted order)
    {
        var total = 0m;
        foreach (var line in order.Lines)
            total += line.Quantity * decimal.Parse(line.UnitPrice, CultureInfo.InvariantCulture);
        var amount = Money.Rounded(total, order.Currency).Amount.ToString(CultureInfo.InvariantCulture);
        return new OrderData(
            order.OrderId, order.OrderNumber, order.CustomerId, new Price(amount, order.Currency),
            [.. order.Lines.Select(line => new StockLine(line.Sku, line.Quantity))], order.ShipTo)
        {
            StartedAt = new DateTimeOffset(now),
            Limit = new DateTimeOffset(now.AddDays(1)),
        };
    }

    static byte[] Json<T>(T content, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(content, type);
}
