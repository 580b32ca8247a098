using System.Buffers;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Tests.Benchmarks.Floor;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Benchmarks.Load;

/// <summary>An endless sequence of orders that no participant refuses. All contenders get the same orders.</summary>
sealed class Orders
{
    /// <summary>The number of SKUs.</summary>
    public const int Skus = 100;

    /// <summary>Messages that move an order's saga: its submission and five outcomes.</summary>
    public const int SagaMessages = 6;

    readonly OrderGenerator _generator = new(seed: 1, Skus);
    readonly ArrayBufferWriter<byte> _buffer = new(4096);
    readonly Utf8JsonWriter _json;
    int _index;

    public Orders() => _json = WireEnvelope.Writer(_buffer);

    /// <summary>The next order.</summary>
    public OrderSubmitted Next()
    {
        OrderSubmitted order;
        do
            order = _generator.Order(_index++);
        while (!IsWelcome(order));
        return order;
    }

    /// <summary>The message that submits the order, as the MassTransit of a shop would write it. It is valid until the next call.</summary>
    public (Guid MessageId, ReadOnlyMemory<byte> Body) Message(OrderSubmitted order)
    {
        var messageId = DerivedId.From(nameof(OrderSubmitted), order.OrderId.ToString());
        WireEnvelope.Write(
            _json, _buffer, nameof(OrderSubmitted), messageId, order.OrderId, conversationId: messageId, causationId: null, source: "shop",
            from: "rabbitmq://localhost/shop",
            to: "rabbitmq://localhost/Orchestrator.Contracts.Orders:OrderSubmitted", DateTime.UtcNow,
            JsonSerializer.SerializeToUtf8Bytes(order, WireJson.Options));
        return (messageId, _buffer.WrittenMemory);
    }

    // The generator mixes in values that cause refusals. They are left out, since the floor has only the happy path.
    static bool IsWelcome(OrderSubmitted order) =>
        order.Lines.All(line => line.Sku.StartsWith("NW-", StringComparison.Ordinal))
        && DeclineRules.AtAuthorization(
            order.CustomerId, Money.Rounded(order.Lines.Sum(line => line.Quantity * line.UnitPrice), order.Currency)) is null
        && DeclineRules.AtCapture(order.CustomerId) is null
        && new ShippingOptions().DeliversTo(order.ShipTo.Country);
}
