using System.Text;
using Orchestrator.Local;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Spectre.Console;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>A run of order lines through the embedded host.</summary>
static class EmbeddedRun
{
    public const string Stock = "sku,onHand\nNW-11,100\n";

    public static string Line(
        Guid orderId, string customer = "VINET", int quantity = 12, string country = "France", string? number = null) =>
        $$"""{"orderId":"{{orderId}}","orderNumber":"{{number ?? $"{orderId:N}"}}","customerId":"{{customer}}","""
        + "\"placedAt\":\"1996-07-04T00:00:00Z\",\"currency\":\"USD\",\"lines\":"
        + $$"""[{"sku":"NW-11","quantity":{{quantity}},"unitPrice":14.0}],"shipTo":{"country":"{{country}}","postalCode":"51100"} }""";

    public static async Task<RunSummary> Process(EmbeddedOrders host, string folder, params string[] lines)
    {
        using var stock = new MemoryStream(Encoding.UTF8.GetBytes(Stock));
        using var orders = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var options = new ProcessOptions("orders.jsonl", "stock.csv", folder, Json: true);
        var quiet = new RunProgress(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), TimeProvider.System);
        return await new OrderRun(host, options, quiet, TimeProvider.System).Run(stock, orders, CancellationToken.None);
    }
}
