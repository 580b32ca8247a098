using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Contracts;
using Orchestrator.Sagas.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Sagas.RideBooking;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Sagas.RideBooking;

namespace Orchestrator.Tests.Unit.Sagas;

/// <summary>What a saga's view shows of its data: names are a contract with those who query, and paths must lead to something.</summary>
public class The_columns_of_a_saga
{
    [Test]
    public void Show_an_order() => Shown(OrderTest.Submitted().Definition, OrderTest.Submitted().Data).ShouldBe(
        ["order_number=10248", "customer=VINET", "amount=266.06", "currency=USD"]);

    [Test]
    public void Show_a_ride()
    {
        var ride = RideTest.UnderWay(RideTest.Ended);
        Shown(ride.Definition, ride.Data).ShouldBe(
            ["ride_number=R-1", "passenger=ada", "driver=driver-7", "fare=40.00", "final_fare=31.50", "currency=EUR"]);
    }

    [Test]
    public void Are_numbers_where_the_data_has_numbers_and_are_searched_by_where_the_table_says_so()
    {
        Columns(OrderTest.Submitted().Definition).ShouldBe(["order_number: text, searched", "customer: text, searched", "amount: number", "currency: text"]);
        Columns(RideTest.UnderWay().Definition).ShouldBe(
            ["ride_number: text, searched", "passenger: text, searched", "driver: text, searched", "fare: number", "final_fare: number", "currency: text"]);
    }

    static IEnumerable<string> Columns<TData>(StepSaga<TData> definition)
        where TData : SagaData => definition.Columns.Select(column => $"{column.Name}: {(column.IsNumber ? "number" : "text")}{(column.IsSearched ? ", searched" : "")}");

    static IEnumerable<string> Shown<TData>(StepSaga<TData> definition, TData data)
        where TData : SagaData
    {
        var document = JsonSerializer.SerializeToNode(data, WireJson.Options);
        return definition.Columns.Select(column =>
            $"{column.Name}={column.Path.Split('.').Aggregate(document, (node, name) => node?[name])}");
    }
}
