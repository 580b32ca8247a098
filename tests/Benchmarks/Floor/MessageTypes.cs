using System.Text;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>The messages of the happy path.</summary>
static class MessageTypes
{
    static readonly Type[] All =
    [
        typeof(OrderSubmitted), typeof(ReserveStock), typeof(StockReserved), typeof(AuthorizePayment), typeof(PaymentAuthorized),
        typeof(BookShipment), typeof(ShipmentBooked),
        typeof(CapturePayment), typeof(PaymentCaptured), typeof(DispatchShipment), typeof(ShipmentDispatched), typeof(OrderFulfilled),
    ];

    static readonly (byte[] Utf8, string Name)[] Names = [.. All.Select(type => (Encoding.UTF8.GetBytes(type.Name), type.Name))];

    /// <summary>The names in the form of MassTransit, as JSON: the name of the type and those of its interfaces.</summary>
    public static IReadOnlyDictionary<string, byte[]> Urns { get; } = All.ToDictionary(
        type => type.Name, type =>
            Encoding.UTF8.GetBytes(
                $"[{string.Join(',', new[] { type }.Concat(type.GetInterfaces().Where(IsMessage)).Select(Urn))}]"));

    static string Urn(Type type) => $"\"urn:message:{type.Namespace}:{type.Name}\"";

    /// <summary>The name of the type. It allocates no string.</summary>
    public static string Named(ReadOnlySpan<byte> utf8)
    {
        foreach (var (known, name) in Names)
        {
            if (utf8.SequenceEqual(known))
                return name;
        }

        throw new InvalidOperationException($"The floor knows no message {Encoding.UTF8.GetString(utf8)}: it goes the happy path only.");
    }

    static bool IsMessage(Type type) => type.Assembly.IsDefined(typeof(MessageContractsAttribute), inherit: false);
}
