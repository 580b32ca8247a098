using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Participants;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment;

/// <summary>Authorises, voids and captures payments, and answers inquiries about them.</summary>
/// <remarks>
/// The gateway moves the money, so each operation has an effect outside the database (<see cref="Effect{TState, TCommand}"/>). The decision
/// of the gateway is stored together with the postings in the ledger. A fault is an exception, and is never stored as an outcome: the
/// gateway does not answer, or a command contradicts the stored state.
/// </remarks>
public sealed partial class Payments : Participant<OrderPayment>
{
    /// <summary>The reason of a refusal because a void came first.</summary>
    public const string VoidedBefore = "voided before it could be authorised";

    /// <summary>The reason of a refusal because there is no hold to capture.</summary>
    public const string NothingHeld = "nothing is held for this order";

    /// <summary>The reason of a refusal to void a captured payment.</summary>
    public const string CapturedBefore = "its payment has been captured and can't be voided";

    readonly IPaymentGateway _gateway;
    readonly ILogger<Payments> _logger;

    /// <summary>Payments that are stored in a database.</summary>
    public Payments(Database database, IPaymentGateway gateway, ILogger<Payments> logger) : base(database, new LedgerTable())
    {
        (_gateway, _logger) = (gateway, logger);
        DoesByRecord<AuthorizePayment>(
                Authorize, (act, _) => new PaymentAuthorized(act.SagaId, act.Epoch, act.Said!), act =>
                    new PaymentRefused(act.SagaId, act.Epoch, act.Said!))
            .Requires(command => TextRules.Violation("customerId", command.CustomerId))
            .Requires(command => CommandRules.Violation("amount", command.Amount))
            .Agrees(IsSameRequest)
            .Outside(new Effect<OrderPayment, AuthorizePayment>
            {
                Call = (act, _, command, stop) =>
                    Outcome(gateway.Authorize(new(KeyOf(act), command.OrderId, command.CustomerId, command.Amount), stop)),
                Ask = Ask,
                Recorded = (payment, act) => act.Status == ActStatus.Done ? payment.PostHold(act) : payment,
                Undo = async (act, stop) => await gateway.Void(KeyOf(act), stop) == VoidResult.Released,
                Undone = Release,
            })
            .UndoneByRecord<VoidPayment>(
                Void, act => new PaymentVoided(act.SagaId, act.Epoch), VoidedBefore, act =>
                    new PaymentVoidRefused(act.SagaId, act.Epoch, act.Said!))
            .AskedBy<GetPaymentStatus>(Unknown);
        DoesByRecord<CapturePayment>(
                Capture, (act, payment) => new PaymentCaptured(act.SagaId, act.Epoch, payment.Find(act)!.Amount!.Value),
                act => new CaptureRefused(act.SagaId, act.Epoch, act.Said!))
            .Outside(new Effect<OrderPayment, CapturePayment>
            {
                // A void waits while a capture has no outcome, so the hold is still there.
                Call = (act, payment, _, stop) =>
                    Outcome(gateway.Capture(KeyOf(act), payment.Hold!.Said!, payment.Find(payment.Hold)!.Amount!.Value, stop)),
                Ask = Ask,
                Recorded = (payment, act) => act.Status == ActStatus.Done ? payment.PostCapture(act) : payment,
            })
            .AskedBy<GetPaymentStatus>(Unknown);
    }

    /// <summary>The idempotency key of an act at the gateway. All its attempts, on all machines, have the same key.</summary>
    internal static Guid KeyOf(Guid order, string operation, int epoch) =>
        DerivedId.From("payment", order.ToString(), operation, epoch.ToString(CultureInfo.InvariantCulture));

    static Guid KeyOf(Act act) => KeyOf(act.SagaId, LedgerTable.NameOf(act.Operation), act.Epoch);

    static Outcome<OrderPayment> Authorize(SagaRecord<OrderPayment> order, AuthorizePayment command) =>
        Alive(order, nameof(AuthorizePayment)) is { } other
        ? throw new PaymentConflictException(command.OrderId,
            $"epoch {command.Epoch} can't be authorised: epoch {other.Epoch} is {LedgerTable.StatusOf(other)}")
        : Done(order.State.With(new Request(nameof(AuthorizePayment), command.Epoch, command.CustomerId, command.Amount)));

    static Outcome<OrderPayment> Capture(SagaRecord<OrderPayment> order, CapturePayment command)
    {
        if (Alive(order, nameof(CapturePayment)) is { } other)
        {
            throw new PaymentConflictException(command.OrderId,
                $"epoch {command.Epoch} can't be captured: the capture of epoch {other.Epoch} is {LedgerTable.StatusOf(other)}");
        }

        return order.State.Hold is { } hold
            ? Done(order.State.With(new Request(nameof(CapturePayment), command.Epoch, null, order.State.Find(hold)!.Amount)))
            : Refused(NothingHeld);
    }

    static Outcome<OrderPayment> Void(SagaRecord<OrderPayment> order, VoidPayment command) => Alive(order, nameof(CapturePayment)) switch
    {
        { Status: ActStatus.Intended } capture => Awaits(capture, new PaymentConflictException(command.OrderId,
            $"epoch {command.Epoch} can't be voided: the capture of epoch {capture.Epoch} is pending, and the gateway does not know of "
            + $"it")),
        not null => Refused(CapturedBefore),
        null => Done(order.State with { Hold = null }),
    };

    static OrderPayment Release(OrderPayment payment, Act act, bool wasHeld) => !wasHeld && act.Said is { } reference
        ? throw new PaymentConflictException(act.SagaId, $"the gateway approved hold {reference}, and now says that it never existed")
        : wasHeld ? payment.PostRelease(act) : payment;

    static void IsSameRequest(OrderPayment payment, AuthorizePayment command)
    {
        if (payment.Find(nameof(AuthorizePayment), command.Epoch) is { } known
            && (known.CustomerId, known.Amount) != (command.CustomerId, command.Amount))
        {
            throw new PaymentConflictException(command.OrderId,
                $"epoch {command.Epoch} asked for {known.Amount} before, and now for "
                + $"{command.Amount}{(known.CustomerId == command.CustomerId ? "" : " of another customer")}");
        }
    }

    /// <summary>The act of an operation that is under way or has succeeded; there is at most one.</summary>
    static Act? Alive(SagaRecord<OrderPayment> order, string operation) =>
        order.Acts.FirstOrDefault(
            act => act.Operation == operation && act.Status is (ActStatus.Intended or ActStatus.Done or ActStatus.Undoing));

    static PaymentUnknown Unknown(GetPaymentStatus question) => new(question.OrderId, question.Epoch, question.Step, question.Attempt);

    async Task<EffectOutcome?> Ask(Act intent, CancellationToken cancellationToken)
    {
        var operation = LedgerTable.NameOf(intent.Operation);
        LogAsking(intent.SagaId, operation, intent.Epoch);
        return await _gateway.GetStatus(KeyOf(intent), cancellationToken) is { } answer ? Outcome(answer) : null;
    }

    static async Task<EffectOutcome> Outcome(Task<GatewayAnswer> call) => Outcome(await call);

    static EffectOutcome Outcome(GatewayAnswer answer) =>
        answer is Approved approved ? new(true, approved.Reference) : new(false, ((Declined)answer).Reason);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Order {OrderId}: {Operation} of epoch {Epoch} has an intent without an outcome; asking the gateway about it")]
    partial void LogAsking(Guid orderId, string operation, int epoch);
}
