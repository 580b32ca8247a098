using Npgsql;
using Orchestrator.Local.Runs;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Storage;

namespace Orchestrator.Tests.Integration.Runs;

[Parallelizable]
public class When_postgres_restarts_during_a_run
{
    readonly Waits _waits = new();
    PrivatePostgres _server = null!;
    PartyDatabases _databases = null!;
    TestParties _parties = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await PrivatePostgres.Create();
        _databases = await PartySchemas.Create(
            _server.ConnectionString(),
            connection =>
                new PostgresDatabase(NpgsqlDataSource.Create(connection), TimeProvider.System, _waits.Logger<PostgresDatabase>()));
        _parties = new TestParties(_databases);
        await _parties.Migrate();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _parties.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Its_file_is_as_it_was()
    {
        var orders = Enumerable.Range(0, 10).Select(_ => FileOrdersContract.Submission()).ToList();
        await using var file = await FileOrders.Open(_databases, CancellationToken.None, chunk: 3);
        await file.Add(orders[..5], CancellationToken.None);
        await _parties.Sagas(orders.Select(order => order.Order.OrderId), "Completed", seconds: 1);
        await _server.StopAtOnce();

        await file.Add(orders[5..], CancellationToken.None);
        var unsettled = file.Unsettled(new Dictionary<Guid, string>(), CancellationToken.None);
        await _waits.Next();
        unsettled.IsCompleted.ShouldBeFalse();
        await _server.Start();
        (await unsettled).ShouldBeFalse();
        (await file.Summary(0, 0, TimeSpan.Zero, CancellationToken.None)).Fulfilled.ShouldBe(10);
    }
}
