using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Gateway;

/// <summary>Whoever really moves the money. Every call is safe to repeat with the same key.</summary>
/// <remarks>
/// What the gateway decides is a value. An exception means that nobody knows whether the call arrived: it did, it did
/// not, or it will.
/// </remarks>
public interface IPaymentGateway
{
    /// <summary>Holds an amount on a customer's account.</summary>
    /// <returns>
    /// Approved with the hold's reference, or declined: nothing is held under this key, and nothing ever will be.
    /// A key that was voided is declined.
    /// </returns>
    /// <exception cref="InvalidOperationException">The key was used for another request.</exception>
    Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken);

    /// <summary>Takes the whole of an amount that is held.</summary>
    /// <param name="key">The idempotency key of this capture.</param>
    /// <param name="authorizationId">The hold's reference.</param>
    /// <param name="amount">The amount that is held.</param>
    /// <param name="cancellationToken">Gives up waiting; the capture may have happened.</param>
    /// <exception cref="InvalidOperationException">The key was used for another request.</exception>
    Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken);

    /// <summary>
    /// Lets go of the hold made under a key. Once this returns nothing is held under the key, and an authorisation
    /// with it that arrives later is declined.
    /// </summary>
    /// <returns>Whether there was a hold to let go of; the same when asked again.</returns>
    /// <exception cref="InvalidOperationException">The hold was captured.</exception>
    Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken);

    /// <summary>What became of an authorisation or a capture.</summary>
    /// <returns>The answer that its call got or would get if repeated; null when the gateway does not know the key.</returns>
    Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken);
}
