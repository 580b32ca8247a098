using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Journal;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Storage;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Integration.Journal;

public class The_journal_in_sqlite : JournalContract
{
    readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    protected override Task<Database> CreateDatabase() => Task.FromResult<Database>(
        new SqliteDatabase(_folder["orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance));

    protected override IJournalStore CreateStore(Database database) => new SqliteJournalStore(database);
}

public class A_start_that_running_sagas_do_not_allow
{
    [Test]
    public async Task Records_no_table_so_that_the_mended_one_may_have_its_version()
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDatabase(folder["journal.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        await JournalSchema.Migrate(database);
        await using (var journal = new SagaJournal(new SqliteJournalStore(database)))
        {
            var order = new TestOrder(journal);
            await order.Handle(order.Submitted);
        }

        await database.Write(sql => sql.Execute("UPDATE saga SET data = replace(data, 'AuthorizePayment', 'CheckCredit')"));
        await using var provider = new ServiceCollection()
            .AddLogging().AddOrchestrator(_ => database).AddMassTransit(bus => WorkerRegistration.OrderSagas().AddTo(bus))
            .BuildServiceProvider();
        (await Should.ThrowAsync<DefinitionException>(() => provider.MigrateOrchestrator())).Message.ShouldContain("CheckCredit");
        (await database.Read(
            sql => sql.First("SELECT count(*) FROM saga_definition WHERE kind = 'order-fulfilment'", row => row.GetInt64(0)))).ShouldBe(0);
    }
}
