using MassTransit;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Services.Inventory;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Chaos.Load;

/// <summary>The stock of the shop, and its connection to the broker.</summary>
static class Shop
{
    const int Skus = 100;

    /// <summary>The orders of a seed.</summary>
    public static OrderGenerator Orders(ulong seed) => new(seed, Skus);

    /// <summary>Stock for eight tenths of the units that the first orders need, so that some orders compete.</summary>
    public static IReadOnlyDictionary<string, long> Shelf(ulong seed, int orders)
    {
        var generator = Orders(seed);
        return Enumerable.Range(0, orders).SelectMany(i => generator.Order(i).Lines)
            .Where(line => line.Sku.StartsWith("NW-", StringComparison.Ordinal))
            .GroupBy(line => line.Sku).ToDictionary(lines => lines.Key, lines => lines.Sum(line => (long)line.Quantity) * 8 / 10);
    }

    /// <summary>Adds the stock.</summary>
    public static Task Fill(Database inventory, IReadOnlyDictionary<string, long> shelf) =>
        new Stock(inventory).Load(shelf.Select(row => (row.Key, row.Value)));

    /// <summary>A bus with the conventions of all hosts. It only sends.</summary>
    public static IBusControl Bus(Uri broker)
    {
        if (!BrokerAddress.TryParse(broker.ToString(), out var address))
            throw new ArgumentException($"{broker} is no broker's address", nameof(broker));
        return global::MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            address.ApplyTo(bus, "chaos");
            new BrokerConventions { Source = "chaos" }.ApplyTo(bus);
        });
    }
}
