using System.Text.Json.Serialization;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>
/// The JSON that the floor reads and writes, by code that is generated at compile time. Amounts stay text, since only the first part
/// calculates with them.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Submitted))]
[JsonSerializable(typeof(Reserve))]
[JsonSerializable(typeof(Authorize))]
[JsonSerializable(typeof(Authorized))]
[JsonSerializable(typeof(Book))]
[JsonSerializable(typeof(Booked))]
[JsonSerializable(typeof(Captured))]
[JsonSerializable(typeof(Dispatched))]
[JsonSerializable(typeof(Plain))]
[JsonSerializable(typeof(Ended))]
[JsonSerializable(typeof(OrderData))]
sealed partial class Contents : JsonSerializerContext;

sealed record Line(string Sku, int Quantity, string UnitPrice);
sealed record StockLine(string Sku, int Quantity);
sealed record Destination(string Country, string? PostalCode);
sealed record Price(string Amount, string Currency);

sealed record Submitted(
    Guid OrderId, string OrderNumber, string CustomerId, DateTimeOffset PlacedAt, string Currency, Line[] Lines, Destination ShipTo);
sealed record Reserve(Guid OrderId, int Epoch, StockLine[] Lines);
sealed record Authorize(Guid OrderId, int Epoch, string CustomerId, Price Amount);
sealed record Authorized(Guid OrderId, int Epoch, string AuthorizationId);
sealed record Book(Guid OrderId, int Epoch, Destination ShipTo);
sealed record Booked(Guid OrderId, int Epoch, string ShipmentId);
sealed record Captured(Guid OrderId, int Epoch, Price Amount);
sealed record Dispatched(Guid OrderId, int Epoch, string TrackingNumber);
sealed record Plain(Guid OrderId, int Epoch);
sealed record Ended(Guid OrderId);

/// <summary>A step in the row of a saga.</summary>
sealed record StepData(
    string Status, int Attempts, int Epoch, DateTimeOffset? At, string? Outcome, string Waiting, DateTimeOffset? Due, int Forgiven,
    string? Problem);

/// <summary>The data in the row of a saga.</summary>
sealed record OrderData(Guid OrderId, string OrderNumber, string CustomerId, Price Amount, StockLine[] Lines, Destination ShipTo)
{
    public string? AuthorizationId { get; set; }
    public string? ShipmentId { get; set; }
    public string? TrackingNumber { get; set; }
    public SortedDictionary<string, StepData> Steps { get; init; } = new(StringComparer.Ordinal);
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset Limit { get; init; }
    public DateTimeOffset? HeldSince { get; init; }
    public string? Refused { get; init; }
    public string? Suspended { get; init; }
    public bool IsAnnounced { get; set; }
}
