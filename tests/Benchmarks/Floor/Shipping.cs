using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>Books and dispatches shipments, in the tables of the product: one round trip and one commit for a batch.</summary>
sealed class Shipping(NpgsqlConnection connection) : IPart
{
    const string BookSql =
        """
        INSERT INTO shipping_shipment (order_id, status, epoch, cancelled_epoch, shipment_id, country, postal_code, booked_at, updated_at)
        SELECT order_id, 'Booked', 1, 0, shipment_id, country, postal_code, $5, $5
        FROM unnest($1, $2, $3, $4) AS t(order_id, shipment_id, country, postal_code) ORDER BY order_id
        ON CONFLICT DO NOTHING
        """;

    const string DispatchSql =
        """
        UPDATE shipping_shipment s SET status = 'Dispatched', tracking_number = t.tracking_number, dispatched_at = $3, updated_at = $3
        FROM unnest($1, $2) AS t(order_id, tracking_number) WHERE s.order_id = t.order_id AND s.status = 'Booked'
        """;

    /// <summary>Opens it on the database of shipping.</summary>
    public static async Task<Shipping> Open(string postgres) => new(await Commands.Open(postgres, "shipping"));

    /// <inheritdoc />
    public IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; } = [(ShippingQueues.Commands, 512)];

    /// <inheritdoc />
    public async Task<List<Outbound>> Handle(List<Inbound> batch)
    {
        var booked = batch.Where(message => message.Type == nameof(BookShipment))
            .Select(message => (Message: message, message.Read(Contents.Default.Book).ShipTo, Id: ShipmentId(message.OrderId))).ToList();
        var dispatched = batch.Where(message => message.Type == nameof(DispatchShipment))
            .Select(message => (Message: message, Number: TrackingNumber(message.OrderId))).ToList();
        var now = DateTime.UtcNow;
        var commands = new List<NpgsqlBatchCommand>(2);
        if (booked.Count > 0)
        {
            commands.Add(new NpgsqlBatchCommand(BookSql)
                .With(NpgsqlDbType.Uuid, booked.Select(one => one.Message.OrderId)).With(NpgsqlDbType.Text, booked.Select(one => one.Id))
                .With(NpgsqlDbType.Text, booked.Select(one => one.ShipTo.Country))
                .With(NpgsqlDbType.Text, booked.Select(one => one.ShipTo.PostalCode))
                .With(NpgsqlDbType.TimestampTz, (object)now));
        }

        if (dispatched.Count > 0)
        {
            commands.Add(new NpgsqlBatchCommand(DispatchSql)
                .With(NpgsqlDbType.Uuid, dispatched.Select(one => one.Message.OrderId))
                .With(NpgsqlDbType.Text, dispatched.Select(one => one.Number))
                .With(NpgsqlDbType.TimestampTz, (object)now));
        }

        await connection.Run(commands);
        return
        [
            .. booked.Select(one => Outbound.Answer(
                one.Message, nameof(ShipmentBooked), "shipping",
                JsonSerializer.SerializeToUtf8Bytes(new Booked(one.Message.OrderId, 1, one.Id), Contents.Default.Booked))),
            .. dispatched.Select(one => Outbound.Answer(
                one.Message, nameof(ShipmentDispatched), "shipping",
                JsonSerializer.SerializeToUtf8Bytes(new Dispatched(one.Message.OrderId, 1, one.Number), Contents.Default.Dispatched))),
        ];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    static string ShipmentId(Guid orderId) => DerivedId.From("shipment", orderId.ToString(), "1").ToString();

    static string TrackingNumber(Guid orderId) => DerivedId.From("tracking", ShipmentId(orderId)).ToString("N").ToUpperInvariant();
}
