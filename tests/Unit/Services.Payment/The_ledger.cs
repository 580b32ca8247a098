using System.Data.Common;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class The_ledger(IPaymentStores stores) : PaymentTest(stores)
{
    [TestCase("void", "hold", "customer")]
    [TestCase("capture", "hold", "merchant")]
    public async Task Lets_a_hold_go_only_once_whoever_writes_it(string operation, string from, string to)
    {
        await Void(1);
        await Authorize(2);
        await Capture(1);
        (await Should.ThrowAsync<DbException>(() => Post(operation, from, to, hold: 2))).Message.ShouldContain("unique", Case.Insensitive);
    }

    [Test]
    public async Task Takes_no_posting_between_accounts_that_the_operation_does_not_move() =>
        await Should.ThrowAsync<DbException>(async () =>
        {
            await Authorize();
            await Post("authorize", "hold", "merchant", hold: 1);
        });

    [Test]
    public async Task Sums_captured_and_voided_by_currency()
    {
        var orders = new List<Guid>();
        foreach (var act in new Func<Task>[] { async () => await Capture(), async () => await Void(), async () => await Capture() })
        {
            NewOrder();
            orders.Add(OrderId);
            await Authorize();
            await act();
        }

        var rows = new List<Totals>();
        foreach (var order in orders)
            rows.Add(await Totals.Of(Stores.Ledger, "payment_summary", order));
        (rows.Sum(row => row.Captured), rows.Sum(row => row.Voided)).ShouldBe((88000, 44000));
    }

    Task<int> Post(string operation, string from, string to, int hold) => Stores.Ledger.Write(sql => sql.Execute(
        """
        INSERT INTO payment_posting (order_id, hold_epoch, from_account, to_account, operation, epoch, currency, amount_minor, at)
        VALUES (@order, @hold, @from, @to, @operation, 1, 'USD', 44000, @now)
        """,
        ("@order", OrderId), ("@hold", hold), ("@from", from), ("@to", to), ("@operation", operation),
        ("@now", Stores.Ledger.Time.GetUtcNow())));
}
