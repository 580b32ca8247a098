using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Ledger;

namespace Orchestrator.Services.Payment;

public sealed partial class Payments
{
    /// <summary>
    /// Tells what became of an authorisation or a capture, and never makes one. An intent without an outcome is asked
    /// about at the gateway, and what the gateway says is recorded.
    /// </summary>
    /// <returns>
    /// What the command itself, sent again, would be answered with; <see cref="PaymentUnknown"/> when it never came, or came
    /// and neither the ledger nor the gateway knows an outcome.
    /// </returns>
    /// <exception cref="RejectedMessageException">The step is no command that can be asked about.</exception>
    public async Task<IStepMessage> Status(GetPaymentStatus question, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(question, question.Attempt < 1 ? FormattableString.Invariant($"attempt is {question.Attempt}; they count from 1") : null);
        var name = OperationOf(question.Step);
        var operation = await _orders.Act(question.OrderId, payment => Known(payment, name, question), cancellationToken);
        if (operation is { Status: Operation.Pending })
            operation = await FindOut(operation, cancellationToken);

        return operation switch
        {
            null => new PaymentUnknown(question.OrderId, question.Epoch, question.Step, question.Attempt),
            { Name: Operation.Capture } => CaptureOutcome(operation),
            _ => await AuthorizationOutcome(operation, cancellationToken),
        };
    }

    static string OperationOf(string step) => step switch
    {
        nameof(AuthorizePayment) => Operation.Authorize,
        nameof(CapturePayment) => Operation.Capture,
        _ => throw new RejectedMessageException(
            $"{nameof(GetPaymentStatus)} asks about the step '{step}'; it may ask about {nameof(AuthorizePayment)} or {nameof(CapturePayment)}"),
    };

    static Operation? Known(OrderPayment payment, string name, GetPaymentStatus question) =>
        payment.Find(name, question.Epoch)
        ?? (name == Operation.Authorize && payment.IsVoided(question.Epoch) ? NeverAuthorized(question.OrderId, question.Epoch) : null);
}
