using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Participants;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class The_protocol_of_payment(ITestDatabase store) : The_protocol(store)
{
    static readonly Money Price = new(440.00m, "USD");

    SimulatedAcquirer _acquirer = null!;

    [TearDown]
    public void CloseAcquirer() => _acquirer.Dispose();

    protected override IEnumerable<ParticipantContract> Contracts =>
    [
        new()
        {
            Open = Open,
            Command = Authorize,
            Done = typeof(PaymentAuthorized),
            Undo = (order, epoch) => new VoidPayment(order, epoch),
            Inquiry = (order, epoch) => new GetPaymentStatus(order, epoch, nameof(AuthorizePayment), 1),
        },
        new()
        {
            Open = Open,
            Before = order => [Authorize(order, 1)],
            Command = (order, epoch) => new CapturePayment(order, epoch),
            Done = typeof(PaymentCaptured),
            Inquiry = (order, epoch) => new GetPaymentStatus(order, epoch, nameof(CapturePayment), 1),
        },
    ];

    protected override async Task Migrate()
    {
        await Database.MigratePayment();
        await Database.MigrateAcquirer();
        _acquirer = new SimulatedAcquirer(Database);
    }

    static AuthorizePayment Authorize(Guid order, int epoch) => new(order, epoch, "VINET", Price);

    Payments Open() => new(Database, _acquirer, NullLogger<Payments>.Instance);
}
