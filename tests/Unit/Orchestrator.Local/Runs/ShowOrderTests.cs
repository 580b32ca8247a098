using Microsoft.Data.Sqlite;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Runs;

namespace Orchestrator.Tests.Unit.Local.Runs;

public class Showing_an_order
{
    const string Schema = """
        CREATE TABLE order_fulfilment (id, order_number, customer, amount, currency, state, step, created_at);
        CREATE TABLE saga_timeline (saga_id, seq, at, event, to_state, sent);
        """;

    TemporaryFolder _temporary = null!;

    [SetUp]
    public void SetUp() => _temporary = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [Test]
    public async Task Prints_it_with_its_steps_and_spells_out_what_could_move_the_cursor()
    {
        Database(Schema + """
            INSERT INTO order_fulfilment VALUES (
                '0197a3c1-0000-7000-8000-000000000007', '10248', 'VI' || char(27) || 'NET', '14.00', 'USD', 'Running', 'BookShipment',
                '2026-11-22T05:00:00.000Z');
            INSERT INTO saga_timeline VALUES (
                '0197a3c1-0000-7000-8000-000000000007', 1, '2026-11-22T05:00:00.000Z', 'OrderSubmitted', 'Running', NULL);
            """);
        var output = new StringWriter();
        (await ShowOrder.Print("10248", _temporary[""], output)).ShouldBe(ExitCode.Done);
        output.ToString()
            .ShouldStartWith(
                @"Order 10248 (0197a3c1-0000-7000-8000-000000000007) of VI\u001bNET, 14.00 USD, processed since 2026-11-22: Running, "
                + "waiting for BookShipment");
        output.ToString().ShouldContain("OrderSubmitted");
    }

    [Test]
    public async Task Only_reads()
    {
        Database(Schema);
        var before = File.ReadAllBytes(_temporary["orchestrator.db"]);
        (await Trouble("10248")).ShouldBe($"No order 10248 is known in {_temporary["orchestrator.db"]}; give its number or its id.");
        File.ReadAllBytes(_temporary["orchestrator.db"]).ShouldBe(before);
        Directory.GetFiles(_temporary[""]).ShouldBe([_temporary["orchestrator.db"]]);
    }

    [TestCase("", "holds no orders that this version can read")]
    [TestCase("This is no database, but a text of some length.", "is not a database, or is damaged")]
    public async Task Names_a_file_that_a_run_has_not_written(string content, string problem)
    {
        File.WriteAllText(_temporary["orchestrator.db"], content);
        (await Trouble()).ShouldStartWith($"{_temporary["orchestrator.db"]} {problem}; name the data folder of the run with --data");
    }

    [Test]
    public async Task Names_a_file_that_is_missing() =>
        (await Trouble()).ShouldBe($"There is no {_temporary["orchestrator.db"]}; name the data folder of the run with --data.");

    [Test]
    public async Task Names_what_can_not_be_read()
    {
        Directory.CreateDirectory(_temporary["orchestrator.db"]);
        (await Trouble()).ShouldMatch(
            @"orchestrator\.db can't be read \(.+\); check that you may read the file and write in its folder\.$");
    }

    async Task<string> Trouble(string order = "1") =>
        (await Should.ThrowAsync<DataFolderException>(() => ShowOrder.Print(order, _temporary[""], TextWriter.Null))).Message;

    void Database(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_temporary["orchestrator.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
