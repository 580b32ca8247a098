using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;

namespace Orchestrator.Tests.Integration.Journal;

public class Searching_sagas_on_postgres() : SagaSearchContract(postgres: true);

public class Searching_sagas_on_sqlite() : SagaSearchContract(postgres: false);

/// <summary>Sagas are found by the searched values of their table, with an index, whichever version wrote them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class SagaSearchContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    const int Many = 100_000;

    [Test]
    public async Task An_order_is_found_from_its_first_message_and_what_moves_it_writes_nothing_more()
    {
        await Spy();
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        (await Row("SELECT id FROM order_fulfilment WHERE customer = 'VINET'")).ShouldBe($"{order.Id}");
        (await Row("SELECT id FROM order_fulfilment WHERE order_number = @number", ("number", order.Number))).ShouldBe($"{order.Id}");
        await order.Handle(order.Reserved);
        await order.Handle(order.Authorized);
        (await Rows("SELECT what, name FROM spied ORDER BY what, name")).ShouldBe(["INSERT|customer", "INSERT|order_number"]);
    }

    [Test]
    public async Task A_value_that_a_later_message_brings_replaces_the_first()
    {
        var order = new TestOrder(Journal, "10248");
        await order.Handle(new CancelOrder(order.Id, "ann", "too late"));
        (await Rows("SELECT id FROM order_fulfilment WHERE customer = 'VINET'")).ShouldBeEmpty();
        await order.Handle(order.Submitted);
        (await Row("SELECT order_number FROM order_fulfilment WHERE customer = 'VINET'")).ShouldBe("10248");
        (await Rows("SELECT id FROM order_fulfilment WHERE order_number = @first", ("first", $"{order.Id}"))).ShouldBeEmpty();
    }

    [Test]
    public async Task What_a_worker_of_the_version_before_writes_is_found()
    {
        var id = await Insert(Data("A-1", "ALFKI"));
        (await Row("SELECT id FROM order_fulfilment WHERE customer = 'ALFKI' AND order_number = 'A-1'")).ShouldBe($"{id}");
        await Change(id, Data("A-1", "BONAP"));
        (await Rows("SELECT id FROM order_fulfilment WHERE customer = 'ALFKI'")).ShouldBeEmpty();
        (await Row("SELECT id FROM order_fulfilment WHERE customer = 'BONAP'")).ShouldBe($"{id}");
        await Change(id, """{"steps":{}}""");
        (await Rows("SELECT id FROM order_fulfilment WHERE customer = 'BONAP'")).ShouldBeEmpty();
        await Change(id, Data("A-1", "CACTU"));
        (await Row("SELECT id FROM order_fulfilment WHERE customer = 'CACTU'")).ShouldBe($"{id}");
    }

    [Test]
    public async Task A_value_that_no_index_has_room_for_keeps_no_saga_from_being_written()
    {
        // The text must not be compressible.
        var text = string.Concat(Enumerable.Range(0, 400).Select(_ => $"{Guid.NewGuid():n}"));
        var id = await Insert(Data("A-1", text));
        (await Row("SELECT id FROM order_fulfilment WHERE customer = @start", ("start", text[..500]))).ShouldBe($"{id}");
    }

    [Test]
    public async Task A_column_that_is_read_from_another_place_must_have_another_name()
    {
        await Run("UPDATE saga_search_column SET path = 'payer' WHERE name = 'customer'");
        (await Should.ThrowAsync<DefinitionException>(() => Views.Bring(Database, Orders))).Message.ShouldBe(
            "saga order-fulfilment: customer is read from customerId, and was searched as payer; give the column another name");
    }

    [Test]
    public async Task Among_many_sagas_an_index_finds_those_of_a_customer_and_of_a_business_key()
    {
        await InsertMany(Many, customers: 5_000);
        (await Row("SELECT count(*) FROM order_fulfilment")).ShouldBe($"{Many}");
        if (!Sqlite)
            await Run("ANALYZE");
        await IsFoundByIndex(
            "SELECT order_number, amount FROM order_fulfilment WHERE customer = 'C-42' ORDER BY created_at DESC", Many / 5_000);
        await IsFoundByIndex("SELECT customer, state FROM order_fulfilment WHERE order_number = 'N-4711'", 1);
        await IsFoundByIndex("SELECT kind, id FROM saga WHERE business_key = 'N-4711'", 1);
        await IsFoundByIndex(
            "SELECT o.id FROM order_fulfilment o WHERE id IN (SELECT saga_id FROM saga_search WHERE name = 'customer' AND value = 'C-42')",
            Many / 5_000);
    }

    async Task IsFoundByIndex(string query, int rows)
    {
        (await Rows(query)).Count.ShouldBe(rows);
        var plan = string.Join('\n', await Rows($"{(Sqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN")} {query}"));
        plan.ShouldContain(
            query.Contains("business_key", StringComparison.Ordinal) ? "saga_business_key" : "saga_search_value", Case.Sensitive, plan);
        plan.ShouldNotMatch(@"Seq Scan|\bSCAN\b", plan);
    }

    /// <summary>Records what is written to the searched values.</summary>
    async Task Spy()
    {
        await Run("CREATE TABLE spied (what text, name text)");
        if (!Sqlite)
            await Run(
                "CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO spied VALUES (TG_OP, NEW.name); RETURN "
                + "NULL; END $$");
        foreach (var what in new[] { "INSERT", "UPDATE" })
        {
            await Run($"CREATE TRIGGER spy_{what} AFTER {what} ON saga_search FOR EACH ROW "
                + (Sqlite ? $"BEGIN INSERT INTO spied VALUES ('{what}', NEW.name); END" : "EXECUTE FUNCTION spy()"));
        }
    }

    Task<int> Change(Guid id, string data) =>
        Run($"UPDATE saga SET data = @data{(Sqlite ? "" : "::jsonb")} WHERE id = @id", ("data", data), ("id", id));

    static string Data(string number, string customer) => $$$"""{"orderNumber":"{{{number}}}","customerId":"{{{customer}}}","steps":{}}""";
}
