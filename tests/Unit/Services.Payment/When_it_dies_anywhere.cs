using System.Collections.Concurrent;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Unit.Services.Payment.Interleaving;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>
/// Runs the commands of one order side by side, in every interleaving of their transactions and calls. They die before and after each of
/// them, alone or all together. Commands that died are delivered again, and in the end all are delivered once more.
/// </summary>
public abstract class When_it_dies_anywhere(IPaymentStores stores) : PaymentTest(stores)
{
    const int Unlimited = int.MaxValue;

    [TestCase(Customer)]
    [TestCase("DECLINED-1")]
    public Task An_authorisation_holds_once(string customer) =>
        Explore("A", customer, faults: 2, atLeast: 7);

    [Test]
    public Task Two_deliveries_of_an_authorisation_hold_once() =>
        Explore("A A", Customer, faults: 1, switches: 1, atLeast: 100);

    [TestCase(Customer, 2, 150)]
    [TestCase("DECLINED-1", 1, 50)]
    public Task A_void_beside_an_authorisation_leaves_no_hold(string customer, int switches, int atLeast) =>
        Explore("A V", customer, faults: 1, switches: switches, atLeast: atLeast);

    [Test]
    public Task A_void_beside_an_authorisation_in_every_interleaving_leaves_no_hold() =>
        Explore("A V", Customer, faults: 0, atLeast: 20);

    [Test]
    public Task A_void_beside_two_deliveries_of_an_authorisation_leaves_no_hold() =>
        Explore("A A V", Customer, faults: 0, switches: 2, atLeast: 100);

    [Test]
    public Task Two_deliveries_of_a_void_let_go_once() =>
        Explore("V V", Customer, faults: 1, before: "A", switches: 1, atLeast: 50);

    [TestCase(Customer, 1, 100)]
    [TestCase("NOCAPTURE-1", 1, 50)]
    public Task Two_deliveries_of_a_capture_take_once(string customer, int switches, int atLeast) =>
        Explore("C C", customer, faults: 1, before: "A", switches: switches, atLeast: atLeast);

    [Test]
    public Task A_capture_beside_a_void_takes_or_lets_go_and_never_both() =>
        Explore("C V", Customer, faults: 1, before: "A", switches: 2, atLeast: 50);

    [Test]
    public Task A_declined_capture_beside_a_void_leaves_no_hold() =>
        Explore("C V", "NOCAPTURE-1", faults: 1, before: "A", switches: 2, atLeast: 50);

    [Test]
    public Task A_question_beside_an_authorisation_and_a_void_holds_nothing() =>
        Explore("A V QA", Customer, faults: 0, switches: 3, atLeast: 100);

    [Test]
    public Task A_question_beside_an_authorisation_tells_what_became_of_it() =>
        Explore("A QA", Customer, faults: 1, switches: 2, atLeast: 50);

    [Test]
    public Task A_question_beside_a_capture_and_a_void_tells_what_became_of_it() =>
        Explore("C V QC", Customer, faults: 0, before: "A", switches: 2, atLeast: 50);

    [TestCase(Customer)]
    [TestCase("NOCAPTURE-1")]
    public Task A_question_beside_a_capture_tells_what_became_of_it(string customer) =>
        Explore("C QC", customer, faults: 1, before: "A", switches: 2, atLeast: 50);

    async Task Explore(string acts, string customer, int faults, int atLeast, string? before = null, int switches = Unlimited)
    {
        var count = await EverySchedule.Of(faults, switches, async schedule =>
        {
            var order = new Order(Stores, Guid.CreateVersion7(), customer);
            if (before is not null)
                await order.Deliver(before, Payments);
            for (List<string> commands = [.. acts.Split(' ')]; commands.Count > 0;)
                commands = await Deliver(order, commands, schedule);
            foreach (var command in acts.Split(' '))
                await order.Deliver(command, Payments);
            await order.ShouldBeSettled();
        });
        TestContext.Out.WriteLine($"{acts}: {count} schedules");
        count.ShouldBeGreaterThanOrEqualTo(atLeast);
    }

    /// <returns>The commands that died. They are delivered again.</returns>
    async Task<List<string>> Deliver(Order order, List<string> commands, Schedule schedule)
    {
        var died = new ConcurrentBag<string>();
        await schedule.Run([.. commands.Select(command => (command, (Func<Act, Task>)(async act =>
        {
            try
            {
                await order.Deliver(command, Service(new SteppedDatabase(Stores.Ledger, act), new SteppedGateway(Gateway, act)));
            }
            catch (DiedException)
            {
                died.Add(command);
            }
        })))]);
        return [.. died.Order(StringComparer.Ordinal)];
    }

    /// <summary>The commands of one order, and the rules for their answers.</summary>
    sealed class Order(IPaymentStores stores, Guid id, string customer)
    {
        readonly List<IStepMessage> _answers = [];

        public async Task Deliver(string name, Payments payments)
        {
            try
            {
                var answer = await (name switch
                {
                    "A" => Answer(payments, new AuthorizePayment(id, 1, customer, Price)),
                    "V" => Answer(payments, new VoidPayment(id, 1)),
                    "QA" => Answer(payments, new GetPaymentStatus(id, 1, nameof(AuthorizePayment), 1)),
                    "QC" => Answer(payments, new GetPaymentStatus(id, 1, nameof(CapturePayment), 1)),
                    _ => Answer(payments, new CapturePayment(id, 1)),
                });
                await ShouldBeTrueNow(answer);
            }
            catch (PaymentConflictException conflict) when (name == "V")
            {
                conflict.Message.ShouldContain("can't be voided: the capture of epoch 1 is pending");
            }
        }

        async Task ShouldBeTrueNow(IStepMessage answer)
        {
            // The receiver drops a message with a known id, so the same outcome must always have the same content.
            _answers.Where(earlier => earlier.GetType() == answer.GetType()).ShouldAllBe(earlier => earlier.Equals(answer));
            if (answer is not PaymentVoided && _answers.Exists(earlier => earlier is PaymentVoided))
                answer.ShouldNotBeOfType<PaymentAuthorized>();
            _answers.Add(answer);

            var books = await Totals.Of(stores.Books, "acquirer_summary", id);
            var expected = answer switch
            {
                PaymentAuthorized => books with { Held = 44000 - books.Captured },
                PaymentRefused or PaymentVoided => books with { Held = 0, Captured = 0 },
                PaymentCaptured or PaymentVoidRefused => new Totals(44000, Captured: 44000),
                CaptureRefused => books with { Captured = 0 },
                PaymentUnknown => books,
                _ => throw new InvalidOperationException($"{answer} answers nothing."),
            };
            books.ShouldBe(expected, answer.ToString());
        }

        public async Task ShouldBeSettled()
        {
            // By now every command has been answered, so the last inquiry must have a known outcome.
            _answers[^1].ShouldNotBeOfType<PaymentUnknown>();
            (await PaymentBooks.Differences(stores.Ledger, stores.Books, id)).ShouldBeEmpty();
            (await stores.Ledger.Read(sql => sql.Query(
                "SELECT operation, status FROM payment_operation WHERE order_id = @order AND settled_at IS NULL",
                row => $"{row.GetString(0)} is {row.GetString(1)}", ("@order", id)))).ShouldBeEmpty();
        }
    }
}
