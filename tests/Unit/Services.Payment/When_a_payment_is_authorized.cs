using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class When_a_payment_is_authorized(IPaymentStores stores) : PaymentTest(stores)
{
    [Test]
    public async Task The_amount_is_held()
    {
        var authorized = (await Authorize()).ShouldBeOfType<PaymentAuthorized>();
        (authorized.OrderId, authorized.Epoch).ShouldBe((OrderId, 1));
        authorized.AuthorizationId.ShouldStartWith("AUTH-");
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
    }

    [Test]
    public async Task The_ledger_has_an_entry_on_each_side()
    {
        await Authorize();
        var entries = await Stores.Ledger.Read(sql => sql.Query(
            "SELECT operation, epoch, account, currency, amount_minor FROM payment_entry WHERE order_id = @order",
            row => (row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetInt64(4)), ("@order", OrderId)));
        entries.ShouldBe([("authorize", 1, "customer", "USD", -44000), ("authorize", 1, "hold", "USD", 44000)], ignoreOrder: true);
    }

    [Test]
    public async Task A_command_that_can_not_be_meant_is_rejected_and_leaves_nothing()
    {
        foreach (var command in new AuthorizePayment[]
        {
            new(Guid.Empty, 1, Customer, Price), new(OrderId, 0, Customer, Price), new(OrderId, 1, null!, Price),
            new(OrderId, 1, "V\0", Price),
            new(OrderId, 1, Customer, default), new(OrderId, 1, Customer, new(-0.01m, "USD")),
            new(OrderId, 1, Customer, new(0.001m, "USD")),
            new(OrderId, 1, Customer, new(decimal.MaxValue, "USD")), new(OrderId, 1, Customer, new(1m, "usd")),
        })
        {
            await Should.ThrowAsync<RejectedMessageException>(() => Answer(Payments, command), command.ToString());
        }

        await Should.ThrowAsync<RejectedMessageException>(() => Capture(epoch: 0));
        await Should.ThrowAsync<RejectedMessageException>(() => Void(epoch: -1));
        await Should.ThrowAsync<RejectedMessageException>(
            () => Answer(Payments, new GetPaymentStatus(OrderId, 0, nameof(AuthorizePayment), 1)));
        (await Stores.Ledger.Read(
            sql => sql.Query(
                "SELECT operation FROM payment_operation WHERE order_id = @order", row => row.GetString(0), ("@order", OrderId))))
                .ShouldBeEmpty();
    }

    [Test]
    public async Task The_same_command_again_gets_the_same_answer() => (await Authorize()).ShouldBe(await Authorize());

    [Test]
    public async Task Many_deliveries_at_once_hold_it_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Authorize()));
        answers.Distinct().ShouldHaveSingleItem().ShouldBeOfType<PaymentAuthorized>();
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
    }

    [Test]
    public async Task The_same_epoch_with_another_amount_or_customer_is_trouble()
    {
        await Authorize();
        (await Should.ThrowAsync<PaymentConflictException>(() => Authorize(amount: 441m))).Message.ShouldContain("441.00 USD");
        await Should.ThrowAsync<PaymentConflictException>(() => Authorize(customer: "TOMSP"));
    }

    [Test]
    public async Task Another_epoch_does_not_hold_it_twice()
    {
        await Authorize(epoch: 2);
        await Should.ThrowAsync<PaymentConflictException>(() => Authorize(epoch: 3));
        await Should.ThrowAsync<PaymentConflictException>(() => Authorize(epoch: 1));
        (await Settled()).ShouldBe(new Totals(Authorized: 44000, Held: 44000));
    }

    [Test]
    public async Task An_order_that_costs_nothing_is_authorized_and_captured()
    {
        (await Authorize(amount: 0)).ShouldBeOfType<PaymentAuthorized>();
        (await Capture()).ShouldBeOfType<PaymentCaptured>().Amount.Amount.ShouldBe(0);
        (await Settled()).ShouldBe(new Totals());
    }
}
