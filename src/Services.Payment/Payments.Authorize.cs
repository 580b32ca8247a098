using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;

namespace Orchestrator.Services.Payment;

public sealed partial class Payments
{
    /// <summary>The reason of a refusal because a void came first.</summary>
    public const string VoidedBefore = "voided before it could be authorised";

    /// <summary>Holds the amount, unless this epoch is voided.</summary>
    /// <returns><see cref="PaymentAuthorized"/> or <see cref="PaymentRefused"/>.</returns>
    /// <exception cref="RejectedMessageException">The command breaks a rule: nothing is stored of it.</exception>
    /// <exception cref="PaymentConflictException">
    /// The same epoch came with another amount or customer, or another epoch is under way or holds the money.
    /// </exception>
    public async Task<IStepMessage> Authorize(AuthorizePayment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command, TextRules.Violation("customerId", command.CustomerId), CommandRules.Violation("amount", command.Amount));
        var (authorization, isNew) = await _orders.Act(command.OrderId, payment => BeginAuthorization(payment, command), cancellationToken);
        if (authorization.Status == Operation.Pending)
        {
            var answer = (isNew ? null : await AskAbout(authorization, cancellationToken))
                ?? await gateway.Authorize(new(authorization.Key, command.OrderId, command.CustomerId, command.Amount), cancellationToken);
            authorization = await _orders.Act(command.OrderId, payment => RecordAuthorization(payment, command.Epoch, answer), cancellationToken);
        }

        return await AuthorizationOutcome(authorization, cancellationToken);
    }

    async Task<IStepMessage> AuthorizationOutcome(Operation authorization, CancellationToken cancellationToken)
    {
        // A void marked it meanwhile, and may have died since: a refusal says that nothing is held.
        if (authorization.Status == Operation.Voiding)
            await Release(authorization, cancellationToken);

        return authorization.Status switch
        {
            Operation.Authorized => new PaymentAuthorized(authorization.OrderId, authorization.Epoch, authorization.Reference!),
            Operation.Refused => new PaymentRefused(authorization.OrderId, authorization.Epoch, authorization.Reason!),
            _ => new PaymentRefused(authorization.OrderId, authorization.Epoch, VoidedBefore),
        };
    }

    static (Operation Authorization, bool IsNew) BeginAuthorization(OrderPayment payment, AuthorizePayment command)
    {
        if (payment.Find(Operation.Authorize, command.Epoch) is { } known)
        {
            return known.CustomerId == command.CustomerId && known.Amount == command.Amount
                ? (known, false)
                : throw new PaymentConflictException(command.OrderId,
                    $"epoch {command.Epoch} asked for {known.Amount} before, and now for {command.Amount}{(known.CustomerId == command.CustomerId ? "" : " of another customer")}");
        }

        if (payment.IsVoided(command.Epoch))
            return (NeverAuthorized(command.OrderId, command.Epoch), false);

        var intent = new Operation(command.OrderId, Operation.Authorize, command.Epoch, Operation.Pending)
        {
            CustomerId = command.CustomerId,
            Amount = command.Amount,
        };
        return payment.Alive(Operation.Authorize) is { } other
            ? throw new PaymentConflictException(command.OrderId,
                $"epoch {command.Epoch} can't be authorised: epoch {other.Epoch} is {other.Status}")
            : (payment.Save(intent), true);
    }

    /// <summary>
    /// What became of an authorisation whose void came first: no intent of it was ever stored, so the gateway was never
    /// called, and there is nothing to let go of.
    /// </summary>
    static Operation NeverAuthorized(Guid orderId, int epoch) => new(orderId, Operation.Authorize, epoch, Operation.Voided);

    static Operation RecordAuthorization(OrderPayment payment, int epoch, GatewayAnswer answer)
    {
        var authorization = payment.Find(Operation.Authorize, epoch)!;
        if (authorization.Status != Operation.Pending)
            return authorization;
        if (answer is not Approved approved)
            return payment.Save(authorization with { Status = Operation.Refused, Reason = ((Declined)answer).Reason });

        authorization = payment.Save(authorization with { Status = Operation.Authorized, Reference = approved.Reference });
        payment.PostHold(authorization);
        return authorization;
    }
}
