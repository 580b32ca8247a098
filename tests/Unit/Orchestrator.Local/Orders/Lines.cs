using System.Text;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Orders;

namespace Orchestrator.Tests.Unit.Local.Orders;

/// <summary>Input files for tests.</summary>
static class Lines
{
    public const string Good =
        """{"orderId":"0197c0de-0000-7000-8000-000000000001","orderNumber":"10248","customerId":"VINET","""
        + "\"placedAt\":\"1996-07-04T00:00:00Z\",\"currency\":\"USD\",\"lines\":"
        + """[{"sku":"NW-11","quantity":12,"unitPrice":14.0}],"shipTo":{"country":"France","postalCode":"51100"}}""";

    public static Task<List<FileLine<OrderSubmitted>>> Orders(string text) => Orders(Encoding.UTF8.GetBytes(text));

    public static Task<List<FileLine<OrderSubmitted>>> Orders(byte[] bytes) => List(OrderFile.Read(new MemoryStream(bytes)));

    public static Task<List<FileLine<StockLevel>>> Stock(string text) =>
        List(StockFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    public static async Task<List<T>> List<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
