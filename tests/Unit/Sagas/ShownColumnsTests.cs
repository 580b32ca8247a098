using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Storage;
using Orchestrator.Tests.Unit.Engine;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Samples.RideBooking;

namespace Orchestrator.Tests.Unit.Sagas;

/// <summary>The columns of a saga's view. Their names are a contract with users of SQL, and their paths must lead to a value.</summary>
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
        Columns(OrderTest.Submitted().Definition)
            .ShouldBe(["order_number: text, searched", "customer: text, searched", "amount: number", "currency: text"]);
        Columns(RideTest.UnderWay().Definition).ShouldBe(
            ["ride_number: text, searched", "passenger: text, searched", "driver: text, searched", "fare: number", "final_fare: number",
                "currency: text"]);
    }

    [Test]
    public async Task Stand_beside_those_of_every_saga()
    {
        var file = new SqliteFile();
        await using var database = await file.Create();
        await JournalSchema.Migrate(database);
        foreach (var view in JournalViews.Of(Dialect.Sqlite, [new SagaKind<Trip>(new KeywordSaga())]))
            await database.Write(sql => sql.Execute($"CREATE VIEW {view.Name} AS {view.Select}"));
        (await database.Read(sql => sql.Query("SELECT name FROM pragma_table_info('keyword')", row => row.GetString(0))))
            .ShouldBe(SagaColumn.OfEverySaga.Append("order"), ignoreOrder: true);
        await file.Drop();
    }

    // A keyword of SQL is a name like any other.
    sealed class KeywordSaga : StepSaga<Trip>
    {
        public KeywordSaga() : base("keyword", version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Await<PlaneLanded>().Within(TimeSpan.FromHours(1)));
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
            Shows("order", "flight");
        }
    }

    static IEnumerable<string> Columns<TData>(StepSaga<TData> definition)
        where TData : SagaData =>
            definition.Columns.Select(
                column => $"{column.Name}: {(column.IsNumber ? "number" : "text")}{(column.IsSearched ? ", searched" : "")}");

    static IEnumerable<string> Shown<TData>(StepSaga<TData> definition, TData data)
        where TData : SagaData
    {
        var document = JsonSerializer.SerializeToNode(data, WireJson.Options);
        return definition.Columns.Select(column =>
            $"{column.Name}={column.Path.Split('.').Aggregate(document, (node, name) => node?[name])}");
    }
}
