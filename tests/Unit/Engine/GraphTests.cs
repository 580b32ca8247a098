using System.Text.RegularExpressions;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Engine;

public partial class The_mermaid_diagram
{
    readonly OrderFulfilmentSaga _saga = new();

    [Test]
    public void Has_only_transitions_that_the_table_can_make()
    {
        var explored = StateSpace.Explore(_saga);
        Edges().ShouldBeSubsetOf(explored.Select(edge => (edge.From, edge.Message, edge.To)));
        Edges().Count().ShouldBeInRange(15, 40);
    }

    [Test]
    public void Reads_like_the_table()
    {
        var edges = Edges().ToList();
        edges.ShouldContain(("Initial", "OrderSubmitted", "Running: ReserveStock, AuthorizePayment"));
        edges.ShouldContain(("Running: CapturePayment", "PaymentCaptured", "Running: DispatchShipment"));
        edges.ShouldContain(("Running: CapturePayment", "CaptureRefused", "Compensating: BookShipment"));
        edges.ShouldContain(("Running: DispatchShipment", "ShipmentDispatched", "Completed"));
        edges.ShouldNotContain(edge => edge.From == "Completed" || edge.From == "Cancelled");
    }

    IEnumerable<(string From, string Message, string To)> Edges()
    {
        var text = MermaidDiagram.Draw(_saga);
        var names = StateLine().Matches(text).ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);
        names["[*]"] = "Initial";
        return EdgeLine().Matches(text)
            .Select(match => (names[match.Groups["from"].Value], match.Groups["message"].Value, names[match.Groups["to"].Value]));
    }

    [GeneratedRegex("state \"(.*)\" as (\\w+)")]
    private static partial Regex StateLine();

    [GeneratedRegex("^ +(?<from>\\S+) --> (?<to>\\S+) : (?<message>\\w+)$", RegexOptions.Multiline)]
    private static partial Regex EdgeLine();
}
