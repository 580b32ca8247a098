using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Participants;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Storage;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>One order, a payment service and an acquirer. Subclasses run it in each dialect.</summary>
public abstract class PaymentTest(IPaymentStores stores)
{
    protected const string Customer = "VINET";

    protected static readonly Money Price = new(440.00m, "USD");

    protected IPaymentStores Stores => stores;

    protected Guid OrderId { get; private set; }

    protected SimulatedAcquirer Gateway { get; private set; } = null!;

    protected Payments Payments { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task CreateStores()
    {
        await stores.Create();
        await stores.Ledger.MigratePayment();
        await stores.Books.MigrateAcquirer();
        Gateway = new SimulatedAcquirer(stores.Books);
        Payments = Service(stores.Ledger, Gateway);
    }

    [OneTimeTearDown]
    public ValueTask DropStores()
    {
        Payments.Dispose();
        Gateway.Dispose();
        return stores.DisposeAsync();
    }

    [SetUp]
    public void NewOrder() => OrderId = Guid.CreateVersion7();

    [TearDown]
    public async Task The_ledger_sums_to_zero() =>
        (await stores.Ledger.Read(sql => sql.Query(
            "SELECT currency, CAST(SUM(amount_minor) AS bigint) FROM payment_entry GROUP BY currency",
            row => (row.GetString(0), row.GetInt64(1))))).ShouldAllBe(total => total.Item2 == 0);

    protected static Payments Service(Database ledger, IPaymentGateway gateway) => new(ledger, gateway, NullLogger<Payments>.Instance);

    protected static async Task<IStepMessage> Answer(IParticipant participant, ISagaMessage message) =>
        (await participant.Handle(message))!;

    protected Task<IStepMessage> Authorize(int epoch = 1, string customer = Customer, decimal amount = 440.00m) =>
        Answer(Payments, new AuthorizePayment(OrderId, epoch, customer, new Money(amount, "USD")));

    protected Task<IStepMessage> Void(int epoch = 1) => Answer(Payments, new VoidPayment(OrderId, epoch));

    protected Task<IStepMessage> Capture(int epoch = 1) => Answer(Payments, new CapturePayment(OrderId, epoch));

    /// <summary>The totals of the order in the ledger, after a check that the acquirer agrees.</summary>
    protected async Task<Totals> Settled()
    {
        (await PaymentBooks.Differences(stores.Ledger, stores.Books, OrderId)).ShouldBeEmpty();
        return await Totals.Of(stores.Ledger, "payment_summary", OrderId);
    }
}
