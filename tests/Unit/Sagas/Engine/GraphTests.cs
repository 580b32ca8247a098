using System.Text.RegularExpressions;
using MassTransit;
using MassTransit.SagaStateMachine;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

public partial class The_mermaid_diagram
{
    readonly OrderFulfilmentSaga _saga = new();

    [Test]
    public void Agrees_with_the_graph_of_the_state_machine()
    {
        var graph = new StepSagaStateMachine<Order>(_saga, TimeProvider.System).GetGraph();
        var explored = StateSpace.Explore(_saga);

        // MassTransit's graph has one node for a message, whatever the states that it leaves: state -> message -> state.
        var expected = explored.SelectMany(edge => new[] { (edge.From, edge.Message), (edge.Message, edge.To) }).ToHashSet();
        var compiled = graph.Edges.Select(edge => (edge.From.Title, edge.To.Title)).ToHashSet();
        compiled.ShouldBe(expected, ignoreOrder: true);
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
        return EdgeLine().Matches(text).Select(match => (names[match.Groups[1].Value], match.Groups[3].Value, names[match.Groups[2].Value]));
    }

    [GeneratedRegex("state \"(.*)\" as (\\w+)")]
    private static partial Regex StateLine();

    [GeneratedRegex("^ +(\\S+) --> (\\S+) : (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex EdgeLine();
}
