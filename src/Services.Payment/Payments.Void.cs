using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;

namespace Orchestrator.Services.Payment;

public sealed partial class Payments
{
    /// <summary>The reason of a refusal to void what has been captured.</summary>
    public const string CapturedBefore = "its payment has been captured and can't be voided";

    /// <summary>
    /// Lets go of the hold of this epoch or an earlier one, and refuses authorisations of those epochs from now on.
    /// Safe when there is none. A capture that has no outcome yet is asked about at the gateway first.
    /// </summary>
    /// <remarks>It leaves alone what a later epoch holds or took: an old undo that comes again must not undo a new try.</remarks>
    /// <returns>
    /// <see cref="PaymentVoided"/>, once nothing is held at the gateway and nothing can come to be, or
    /// <see cref="PaymentVoidRefused"/> when the hold has been captured. The refusal is not stored: what is stored at the
    /// time gives the answer, and the same refusal always has the same words.
    /// </returns>
    /// <exception cref="PaymentConflictException">
    /// The gateway does not know of a capture that was begun, and it may arrive there still: the void is to come again.
    /// </exception>
    public async Task<IStepMessage> Void(VoidPayment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command);
        var (authorization, capture) = await _orders.Act(command.OrderId, payment => BeginVoid(payment, command), cancellationToken);
        while (capture is { Status: Operation.Pending })
        {
            if (await FindOut(capture, cancellationToken) is null)
            {
                throw new PaymentConflictException(command.OrderId,
                    $"epoch {command.Epoch} can't be voided: the capture of epoch {capture.Epoch} is pending, and the gateway does not know of it");
            }

            (authorization, capture) = await _orders.Act(command.OrderId, payment => BeginVoid(payment, command), cancellationToken);
        }

        if (capture is not null)
            return new PaymentVoidRefused(command.OrderId, command.Epoch, CapturedBefore);
        if (authorization is not null)
            await Release(authorization, cancellationToken);
        return new PaymentVoided(command.OrderId, command.Epoch);
    }

    /// <returns>
    /// The authorisation that is to be let go of, if there is one, now marked; unless a capture of it has succeeded or is
    /// under way, which is returned too and leaves everything as it is.
    /// </returns>
    static (Operation? Authorization, Operation? Capture) BeginVoid(OrderPayment payment, VoidPayment command)
    {
        var authorization = payment.Alive(Operation.Authorize) is { } alive && alive.Epoch <= command.Epoch ? alive : null;
        if (authorization is not null && payment.Alive(Operation.Capture) is { } capture)
            return (authorization, capture);

        if (payment.Find(Operation.Void, command.Epoch) is null)
        {
            payment.Save(new Operation(command.OrderId, Operation.Void, command.Epoch,
                authorization is null ? Operation.Voided : Operation.Pending));
        }

        return (authorization is null ? null : payment.Save(authorization with { Status = Operation.Voiding }), null);
    }

    /// <summary>Makes the gateway let go of a marked authorisation, and records that it did.</summary>
    async Task Release(Operation authorization, CancellationToken cancellationToken)
    {
        var result = await gateway.Void(authorization.Key, cancellationToken);
        await _orders.Act(authorization.OrderId, payment => RecordRelease(payment, authorization.Epoch, result), cancellationToken);
    }

    static Operation RecordRelease(OrderPayment payment, int epoch, VoidResult result)
    {
        var authorization = payment.Find(Operation.Authorize, epoch)!;
        if (authorization.Status == Operation.Voided)
            return authorization;
        if (result == VoidResult.Released)
            payment.PostRelease(authorization);
        else if (authorization.Reference is { } reference)
            throw new PaymentConflictException(authorization.OrderId, $"the gateway approved hold {reference}, and now says that it never existed");
        payment.SettleVoids();
        return payment.Save(authorization with { Status = Operation.Voided });
    }
}
