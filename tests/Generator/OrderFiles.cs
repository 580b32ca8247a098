using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Tests.Generator;

/// <summary>Writes <c>orders.jsonl</c> and <c>stock.csv</c>. The memory does not grow with the number of orders.</summary>
public static class OrderFiles
{
    static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the files. The same arguments give the same bytes.</summary>
    /// <param name="folder">The folder. It is made when it is new, and files of these names are replaced.</param>
    /// <param name="orders">The number of orders.</param>
    /// <param name="skus">The number of SKUs in stock.</param>
    /// <param name="seed">The seed that chooses the orders.</param>
    /// <param name="contention">
    /// True to make stock short: six tenths of the ordered units of each SKU, so that many orders compete. Otherwise there is enough stock.
    /// </param>
    public static void Write(string folder, int orders, int skus, ulong seed, bool contention)
    {
        Directory.CreateDirectory(folder);
        var demand = WriteOrders(Path.Combine(folder, "orders.jsonl"), orders, skus, seed);
        WriteStock(Path.Combine(folder, "stock.csv"), demand, contention);
    }

    static long[] WriteOrders(string path, int orders, int skus, ulong seed)
    {
        var generator = new OrderGenerator(seed, skus);
        var places = Enumerable.Range(0, skus).ToDictionary(OrderGenerator.Sku);
        var demand = new long[skus];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        using var json = new Utf8JsonWriter(file, Format);
        for (var i = 0; i < orders; i++)
        {
            var order = generator.Order(i);
            WriteOrder(json, order);
            json.Flush();
            json.Reset();
            file.WriteByte((byte)'\n');
            foreach (var line in order.Lines)
                if (places.TryGetValue(line.Sku, out var place))
                    demand[place] += line.Quantity;
        }

        return demand;
    }

    static void WriteOrder(Utf8JsonWriter json, OrderSubmitted order)
    {
        json.WriteStartObject();
        json.WriteString("orderId", order.OrderId);
        json.WriteString("orderNumber", order.OrderNumber);
        json.WriteString("customerId", order.CustomerId);
        json.WriteString("placedAt", order.PlacedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("currency", order.Currency);
        json.WriteStartArray("lines");
        foreach (var line in order.Lines)
        {
            json.WriteStartObject();
            json.WriteString("sku", line.Sku);
            json.WriteNumber("quantity", line.Quantity);
            json.WriteNumber("unitPrice", line.UnitPrice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("shipTo");
        json.WriteString("country", order.ShipTo.Country);
        if (order.ShipTo.PostalCode is { } postalCode)
            json.WriteString("postalCode", postalCode);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteStock(string path, long[] demand, bool contention)
    {
        using var file = new StreamWriter(path) { NewLine = "\n" };
        file.WriteLine("sku,onHand");
        for (var sku = 0; sku < demand.Length; sku++)
        {
            var onHand = contention ? demand[sku] * 6 / 10 : demand[sku] + demand[sku] / 10 + 10;
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{OrderGenerator.Sku(sku)},{onHand}"));
        }
    }
}
