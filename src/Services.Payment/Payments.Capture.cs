using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;

namespace Orchestrator.Services.Payment;

public sealed partial class Payments
{
    /// <summary>The reason of a refusal because there is no hold to capture.</summary>
    public const string NothingHeld = "nothing is held for this order";

    /// <summary>Takes the whole amount that is held.</summary>
    /// <returns><see cref="PaymentCaptured"/> or <see cref="CaptureRefused"/>.</returns>
    /// <exception cref="PaymentConflictException">A capture of another epoch is under way or has succeeded.</exception>
    public async Task<IStepMessage> Capture(CapturePayment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command);
        var (capture, hold, isNew) = await _orders.Act(command.OrderId, payment => BeginCapture(payment, command), cancellationToken);
        if (capture.Status == Operation.Pending)
        {
            var answer = (isNew ? null : await AskAbout(capture, cancellationToken))
                ?? await gateway.Capture(capture.Key, hold!.Reference!, hold.Amount!.Value, cancellationToken);
            capture = await _orders.Act(command.OrderId, payment => RecordCapture(payment, command.Epoch, answer), cancellationToken);
        }

        return CaptureOutcome(capture);
    }

    static IStepMessage CaptureOutcome(Operation capture) => capture.Status == Operation.Captured
        ? new PaymentCaptured(capture.OrderId, capture.Epoch, capture.Amount!.Value)
        : new CaptureRefused(capture.OrderId, capture.Epoch, capture.Reason!);

    static (Operation Capture, Operation? Hold, bool IsNew) BeginCapture(OrderPayment payment, CapturePayment command)
    {
        var hold = payment.Alive(Operation.Authorize) is { Status: Operation.Authorized } held ? held : null;
        if (payment.Find(Operation.Capture, command.Epoch) is { } known)
            return (known, hold, false);
        if (payment.Alive(Operation.Capture) is { } other)
        {
            throw new PaymentConflictException(command.OrderId,
                $"epoch {command.Epoch} can't be captured: the capture of epoch {other.Epoch} is {other.Status}");
        }

        var intent = new Operation(command.OrderId, Operation.Capture, command.Epoch, Operation.Pending) { Amount = hold?.Amount };
        return hold is null
            ? (payment.Save(intent with { Status = Operation.Refused, Reason = NothingHeld }), null, true)
            : (payment.Save(intent), hold, true);
    }

    static Operation RecordCapture(OrderPayment payment, int epoch, GatewayAnswer answer)
    {
        var capture = payment.Find(Operation.Capture, epoch)!;
        if (capture.Status != Operation.Pending)
            return capture;
        if (answer is not Approved approved)
            return payment.Save(capture with { Status = Operation.Refused, Reason = ((Declined)answer).Reason });

        // While a capture is pending nobody can void, so its hold is still there.
        payment.PostCapture(payment.Alive(Operation.Authorize)!, capture);
        return payment.Save(capture with { Status = Operation.Captured, Reference = approved.Reference });
    }
}
