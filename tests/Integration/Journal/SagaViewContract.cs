using System.Text.Json;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Tests.Integration.Journal;

public class The_view_of_orders_on_postgres() : SagaViewContract(postgres: true);

public class The_view_of_orders_on_sqlite() : SagaViewContract(postgres: false);

/// <summary>Amounts in the view of a kind can be summed and compared, whatever the rows contain.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class SagaViewContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    [Test]
    public async Task Amounts_are_compared_and_summed_as_numbers()
    {
        foreach (var amount in new[] { "9.00", "168.00", "1000.10", "0.20", "-3.05" })
            await Insert(Amount($"\"{amount}\""));
        (await Rows("SELECT amount FROM order_fulfilment WHERE amount > 9.5 ORDER BY amount DESC")).Select(Number)
            .ShouldBe([1000.10m, 168m]);
        (await Rows("SELECT amount FROM order_fulfilment WHERE amount = 1000.1 OR amount = 9")).Count.ShouldBe(2);
        (await Row("SELECT currency, sum(amount), max(amount) FROM order_fulfilment GROUP BY currency")).Split('|')
            .ShouldSatisfyAllConditions(
            columns => columns[0].ShouldBe("USD"), columns => Number(columns[1]).ShouldBe(1174.25m), columns =>
                Number(columns[2]).ShouldBe(1000.10m));
        Number(await Row("SELECT amount / 2 FROM order_fulfilment WHERE amount = 9"))
            .ShouldBe(4.5m, "whole amounts are divided as others are");
    }

    [TestCase("\"14.00\"", 14.00)]
    [TestCase("\"-0.5\"", -0.5)]
    [TestCase("\"0\"", 0.0)]
    [TestCase("12", 12.0)]
    [TestCase("12.25", 12.25)]
    [TestCase("\"abc\"", null)]
    [TestCase("\"\"", null)]
    [TestCase("\" 1\"", null)]
    [TestCase("\"12,5\"", null)]
    [TestCase("\"1.2.3\"", null)]
    [TestCase("\"--5\"", null)]
    [TestCase("\"1e999999\"", null)]
    [TestCase("\"NaN\"", null)]
    [TestCase("\"Infinity\"", null)]
    [TestCase("\"007\"", null)]
    [TestCase("\"٣\"", null, Description = "A digit, but of another script.")]
    [TestCase("\"5\\n\"", null)]
    [TestCase("{}", null)]
    [TestCase("[1]", null)]
    [TestCase("null", null)]
    public async Task What_is_no_number_shows_nothing_and_hides_no_other_row(string written, double? shown)
    {
        var id = await Insert(Amount(written));
        await Insert(Amount("\"1.00\""));
        var row = await Row("SELECT amount FROM order_fulfilment WHERE id = @id", ("id", id));
        (row.Length == 0 ? null : (double?)Number(row)).ShouldBe(shown);
        Number(await Row("SELECT sum(amount) FROM order_fulfilment")).ShouldBe((decimal)(shown ?? 0) + 1);
    }

    [Test]
    public async Task A_number_of_more_digits_than_any_amount_has_shows_nothing()
    {
        await Insert(Amount($"\"{new string('9', 200_000)}\""));
        (await Row("SELECT amount FROM order_fulfilment")).ShouldBe("");
    }

    [TestCase("{\"steps\":5}")]
    [TestCase("{\"steps\":{\"ReserveStock\":7,\"AuthorizePayment\":\"x\"}}")]
    [TestCase("{\"steps\":{\"AuthorizePayment\":{\"status\":\"Done\",\"unitsHeld\":\"many\",\"moneyAtRisk\":{\"amount\":\"much\"}}}}")]
    [TestCase("[]")]
    public async Task A_row_that_is_damaged_hides_no_other(string data)
    {
        await Insert(data);
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        (await Rows("SELECT amount, money_at_risk, money_at_risk_currency, units_held, attempts FROM order_fulfilment")).Count.ShouldBe(2);
        Number(await Row("SELECT sum(money_at_risk) FROM order_fulfilment")).ShouldBe(168);
    }

    [Test]
    public async Task Money_at_risk_and_units_held_are_shown_while_an_order_runs()
    {
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        (await AtStake()).ShouldBe((168m, "USD", "12"), "both commands are out, and either may have been carried out");
        await order.Handle(order.Reserved);
        await order.Handle(order.Authorized);
        await order.Handle(new ShipmentBooked(order.Id, 1, "ship-1"));
        (await AtStake()).ShouldBe((168m, "USD", "12"));
        await order.Handle(new PaymentCaptured(order.Id, 1, new(168m, "USD")));
        (await AtStake()).ShouldBe((168m, "USD", "12"), "the customer has paid and has no goods");
        await order.Handle(new ShipmentDispatched(order.Id, 1, "track-1"));
        (await Row("SELECT state, money_at_risk, money_at_risk_currency, units_held FROM order_fulfilment")).ShouldBe("Completed|||");
    }

    [Test]
    public async Task What_was_given_back_is_held_no_longer()
    {
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        await order.Handle(order.StockRefused);
        (await AtStake()).ShouldBe((168m, "USD", "0"));
        await order.Handle(order.Voided);
        (await Row("SELECT state, money_at_risk, money_at_risk_currency, units_held FROM order_fulfilment")).ShouldBe("Cancelled|||");
    }

    [Test]
    public async Task What_a_worker_of_the_version_before_moved_is_held_as_its_steps_say()
    {
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        // That version keeps the fields that it does not know, and changes only the status.
        var document = Sqlite ? "data" : "data::text";
        var data = await Row($"SELECT {document} FROM saga");
        await Run(
            $"UPDATE saga SET data = {(Sqlite ? "@data" : "@data::jsonb")}",
            ("data",
                JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(data))
                .Replace("\"Sent\"", "\"Undone\"", StringComparison.Ordinal)));
        (await Row("SELECT money_at_risk, units_held FROM order_fulfilment")).ShouldBe("|0");
        await Run("DELETE FROM saga");
        await Insert(
            """{"steps":{"AuthorizePayment":{"status":"Undoing"}},"suspended":"""
            + """{"step":"AuthorizePayment","moneyAtRisk":{"amount":"7.50","currency":"EUR"},"unitsHeld":3}}""");
        (await AtStake()).ShouldBe((7.5m, "EUR", "3"), "that version wrote it when it suspended the saga");
    }

    async Task<(decimal Money, string Currency, string Units)> AtStake()
    {
        var columns = (await Row("SELECT money_at_risk, money_at_risk_currency, units_held FROM order_fulfilment")).Split('|');
        return (Number(columns[0]), columns[1], columns[2]);
    }

    static string Amount(string written) =>
        $$$"""{"orderNumber":"1","customerId":"VINET","amount":{"amount":{{{written}}},"currency":"USD"},"steps":{}}""";

    static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
