using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Unit.Generator;

public class Generated_order_files
{
    const int Orders = 3_000, Skus = 50;
    readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Are_the_same_for_the_same_seed_and_others_for_another()
    {
        var first = Write("first", seed: 42);
        Write("second", seed: 42).ShouldBe(first);
        Write("third", seed: 43).ShouldNotBe(first);
    }

    [Test]
    public void Are_the_same_on_every_machine_and_runtime() =>
        Write("any", seed: 42).ShouldBe("438256e6445ca3a7740893aabbeb799347671d536570a7d55e7171cd1dea1286");

    [Test]
    public void Hold_orders_of_every_kind_with_ids_and_numbers_of_their_own()
    {
        Write("any", seed: 1);
        var orders = ReadOrders("any");
        orders.Count.ShouldBe(Orders);
        orders.Select(order => order.OrderId).ShouldBeUnique();
        orders.Select(order => order.OrderNumber).ShouldBeUnique();
        orders.ShouldAllBe(order => order.OrderId.Version == 7 && order.Lines.Count > 0 && order.PlacedAt.Offset == TimeSpan.Zero);
        orders.SelectMany(order => order.Lines).ShouldAllBe(line => line.Quantity > 0 && line.UnitPrice >= 0);
        orders.Select(order => order.Currency).Distinct().Count().ShouldBe(5);
        orders.SelectMany(order => order.Lines).Select(line => (int)line.UnitPrice.Scale).Distinct().Order().ShouldBe([0, 1, 2, 3, 4]);

        Share(order => order.CustomerId.StartsWith("DECLINE", StringComparison.Ordinal)).ShouldBeInRange(0.01, 0.03);
        Share(order => order.CustomerId.StartsWith("NOCAPTURE", StringComparison.Ordinal)).ShouldBeInRange(0.004, 0.02);
        Share(order => order.ShipTo.Country == "Antarctica").ShouldBeInRange(0.001, 0.01);
        Share(order => order.ShipTo.PostalCode is null).ShouldBeInRange(0.05, 0.25);
        Share(order => order.Lines.Count > 1).ShouldBeInRange(0.4, 0.9);
        Share(order => order.Lines.Any(line => line.Sku == "XX-0")).ShouldBeInRange(0.0005, 0.01);

        double Share(Func<OrderSubmitted, bool> which) => orders.Count(which) / (double)orders.Count;
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Have_enough_in_stock_unless_contention_is_asked_for(bool contention)
    {
        Write("any", seed: 1, contention);
        var asked = ReadOrders("any").SelectMany(order => order.Lines).ToLookup(line => line.Sku, line => line.Quantity);
        var stock = File.ReadLines(Path.Combine(_folder, "any", "stock.csv")).ToList();
        stock[0].ShouldBe("sku,onHand");
        stock.Count.ShouldBe(1 + Skus);
        foreach (var line in stock.Skip(1).Select(line => line.Split(',')))
            (long.Parse(line[1], null) < asked[line[0]].Sum()).ShouldBe(contention, line[0]);
    }

    string Write(string name, ulong seed, bool contention = false)
    {
        var folder = Path.Combine(_folder, name);
        OrderFiles.Write(folder, Orders, Skus, seed, contention);
        byte[] both = [.. File.ReadAllBytes(Path.Combine(folder, "orders.jsonl")), .. File.ReadAllBytes(Path.Combine(folder, "stock.csv"))];
        return Convert.ToHexStringLower(SHA256.HashData(both));
    }

    List<OrderSubmitted> ReadOrders(string name) =>
    [
        .. File.ReadLines(Path.Combine(_folder, name, "orders.jsonl"))
            .Select(line => JsonSerializer.Deserialize<OrderSubmitted>(line, WireJson.Options)!),
    ];
}
