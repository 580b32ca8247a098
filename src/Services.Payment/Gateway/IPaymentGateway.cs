using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Gateway;

/// <summary>The service that moves the money. Each call can be repeated with the same key without harm.</summary>
/// <remarks>
/// A decision of the gateway is a value. An exception means that it is unknown whether the call arrived: it did, it did not, or it
/// still will.
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

    /// <summary>Captures the whole amount that is held.</summary>
    /// <param name="key">The idempotency key of this capture.</param>
    /// <param name="authorizationId">The hold's reference.</param>
    /// <param name="amount">The amount that is held.</param>
    /// <param name="cancellationToken">Stops waiting. The capture may have happened.</param>
    /// <exception cref="InvalidOperationException">The key was used for another request.</exception>
    Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken);

    /// <summary>
    /// Releases the hold that was made under a key. When this returns, nothing is held under the key. A later authorisation with the key
    /// is declined.
    /// </summary>
    /// <returns>Says whether there was a hold. A repeated call gives the same answer.</returns>
    /// <exception cref="InvalidOperationException">The hold was captured.</exception>
    Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken);

    /// <summary>Asks about the outcome of an authorisation or a capture.</summary>
    /// <returns>The answer that its call got, or would get if it was repeated; null when the gateway does not know the key.</returns>
    Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken);
}
