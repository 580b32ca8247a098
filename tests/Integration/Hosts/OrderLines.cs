using Orchestrator.Tests.Integration.Embedded;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Orders with all kinds of ends, in turn: the payment, the capture or the shipment of each tenth order is refused.</summary>
static class OrderLines
{
    public const int UnitsEach = 12;

    /// <summary>Lines of an orders file.</summary>
    public static string[] Make(int orders) => [.. Enumerable.Range(0, orders).Select(i => (i % 10) switch
    {
        3 => EmbeddedRun.Line(Guid.CreateVersion7(), customer: "DECLINE-1"),
        5 => EmbeddedRun.Line(Guid.CreateVersion7(), customer: "NOCAPTURE-1"),
        7 => EmbeddedRun.Line(Guid.CreateVersion7(), country: "Antarctica"),
        _ => EmbeddedRun.Line(Guid.CreateVersion7()),
    })];

    /// <summary>The number of orders that are fulfilled.</summary>
    public static int Fulfilled(int orders) => Enumerable.Range(0, orders).Count(i => i % 10 is not (3 or 5 or 7));
}
