using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal;
using Orchestrator.Journal.Search;
using Orchestrator.Storage;
using Orchestrator.Storage.Views;

namespace Orchestrator.Tests.Integration.Journal;

public class Making_older_sagas_searchable_on_postgres() : SagaSearchUpgradeContract(postgres: true);

public class Making_older_sagas_searchable_on_sqlite() : SagaSearchUpgradeContract(postgres: false);

/// <summary>A database of the version before, with more sagas than a start can handle.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class SagaSearchUpgradeContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    const string Before = "20261130000200_DeadLetterOrigin";
    const int Older = 2_500;

    readonly Heard<ViewUpkeep> _log = new();

    /// <summary>A clock that jumps by seconds at each reading.</summary>
    protected override TimeProvider Time { get; } = new Hasty();

    protected override async Task Prepare()
    {
        await using (var schema = new JournalSchema(Schema.Options<JournalSchema>(Database, JournalSchema.Party)))
            await schema.GetService<IMigrator>().MigrateAsync(Before);
        await Run("CREATE VIEW order_fulfilment AS SELECT id, state FROM saga WHERE kind = 'order-fulfilment'");
        await InsertMany(Older, customers: 100);
        await JournalSchema.Migrate(Database);
    }

    [Test]
    public async Task The_old_view_answers_until_every_saga_can_be_found()
    {
        var search = Search();
        await search.Begin();
        await Views().Bring();
        (await Rows("SELECT * FROM order_fulfilment LIMIT 1")).ShouldHaveSingleItem().Split('|').Length.ShouldBe(2);
        _log.Warnings.ShouldHaveSingleItem().ShouldStartWith(
            "The view order_fulfilment can't be brought to this version yet: the values by which older sagas are searched are still being "
            + "written");
        await search.DoTheRest(CancellationToken.None);
        await Views().Bring();
        (await Row("SELECT count(*), count(DISTINCT order_number), count(customer) FROM order_fulfilment"))
            .ShouldBe($"{Older}|{Older}|{Older}");
        (await Rows("SELECT order_number FROM order_fulfilment WHERE customer = 'C-7'")).Count.ShouldBe(Older / 100);
    }

    [Test]
    public async Task Another_process_goes_on_where_one_stopped()
    {
        await Search().Begin();
        var done = long.Parse(await Row("SELECT count(*) FROM saga_search"), System.Globalization.CultureInfo.InvariantCulture);
        done.ShouldBeInRange(1, Older);
        await Run("DELETE FROM saga_search");
        var next = Search();
        await next.Begin();
        await next.DoTheRest(CancellationToken.None);
        (await Row("SELECT count(*) FROM saga_search")).ShouldBe($"{(2 * Older) - done}", "what was done is not done again");
    }

    [Test]
    public async Task What_changes_and_what_comes_meanwhile_is_found_as_it_is_now()
    {
        var search = Search();
        await search.Begin();
        var moved = Task.Run(async () =>
        {
            for (var n = 1; n <= Older; n += 7)
            {
                await Run(
                    $"UPDATE saga SET data = "
                    + $"{(Sqlite ? "json_set(data, '$.customerId', 'late')" : "jsonb_set(data, '{customerId}', '\"late\"')")} WHERE "
                    + $"business_key = @key", ("key", $"N-{n}"));
                if (n % 35 == 1)
                {
                    var id = $"00000000-0000-7000-8000-{n:d12}".Replace("7000", n % 2 == 0 ? "6000" : "7001", StringComparison.Ordinal);
                    await Insert($$"""{"orderNumber":"new-{{n}}","customerId":"new"}""", Guid.Parse(id));
                }
            }
        });
        await search.DoTheRest(CancellationToken.None);
        await moved;
        await Views().Bring();
        var customer = Sqlite ? "s.data ->> '$.customerId'" : "s.data ->> 'customerId'";
        (await Row(
            $"SELECT count(*) FROM order_fulfilment o JOIN saga s ON s.kind = 'order-fulfilment' AND s.id = o.id WHERE {customer} <> "
            + $"coalesce(o.customer, '')")).ShouldBe("0");
        (await Rows("SELECT id FROM order_fulfilment WHERE customer = 'late'")).Count.ShouldBe((Older + 6) / 7);
        (await Rows("SELECT id FROM order_fulfilment WHERE customer = 'new'")).Count.ShouldBe((Older + 34) / 35);
    }

    SagaSearch Search() => new(Database, [Orders], NullLogger<SagaSearch>.Instance);

    ViewUpkeep Views() => new(Database, JournalViews.Of(Database.Dialect, [Orders]), _log);

    sealed class Hasty : TimeProvider
    {
        long _timestamp;

        public override long GetTimestamp() => Interlocked.Add(ref _timestamp, 10 * TimestampFrequency);
    }
}
