using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;

namespace Orchestrator.Services.Payment;

public sealed partial class Payments
{
    /// <summary>
    /// Lets go of the hold of this epoch or an earlier one, and refuses authorisations of those epochs from now on.
    /// Safe when there is none.
    /// </summary>
    /// <returns><see cref="PaymentVoided"/>, once nothing is held at the gateway and nothing can come to be.</returns>
    /// <exception cref="PaymentConflictException">The payment was captured, or a capture is under way.</exception>
    public async Task<IStepMessage> Void(VoidPayment command, CancellationToken cancellationToken = default)
    {
        if (await InOrder(command.OrderId, payment => BeginVoid(payment, command), cancellationToken) is { } authorization)
            await Release(authorization, cancellationToken);
        return new PaymentVoided(command.OrderId, command.Epoch);
    }

    /// <returns>The authorisation that is to be let go of, if there is one.</returns>
    static async Task<Operation?> BeginVoid(OrderPayment payment, VoidPayment command)
    {
        if (payment.Alive(Operation.Capture) is { } capture)
        {
            throw new PaymentConflictException(command.OrderId,
                $"epoch {command.Epoch} can't be voided: the capture of epoch {capture.Epoch} is {capture.Status}");
        }

        var authorization = payment.Alive(Operation.Authorize) is { } alive && alive.Epoch <= command.Epoch ? alive : null;
        if (payment.Find(Operation.Void, command.Epoch) is null)
        {
            await payment.Save(new Operation(command.OrderId, Operation.Void, command.Epoch,
                authorization is null ? Operation.Voided : Operation.Pending));
        }

        return authorization is null ? null : await payment.Save(authorization with { Status = Operation.Voiding });
    }

    /// <summary>Makes the gateway let go of a marked authorisation, and records that it did.</summary>
    async Task Release(Operation authorization, CancellationToken cancellationToken)
    {
        var result = await gateway.Void(authorization.Key, cancellationToken);
        await InOrder(authorization.OrderId, payment => RecordRelease(payment, authorization.Epoch, result), cancellationToken);
    }

    static async Task<Operation> RecordRelease(OrderPayment payment, int epoch, VoidResult result)
    {
        var authorization = payment.Find(Operation.Authorize, epoch)!;
        if (authorization.Status == Operation.Voided)
            return authorization;
        if (result == VoidResult.Released)
            await payment.PostRelease(authorization);
        else if (authorization.Reference is { } reference)
            throw new PaymentConflictException(authorization.OrderId, $"the gateway approved hold {reference}, and now says that it never existed");
        await payment.SettleVoids();
        return await payment.Save(authorization with { Status = Operation.Voided });
    }
}
