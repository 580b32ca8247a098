using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>A row of <c>acquirer_capture</c>.</summary>
sealed record CaptureRow(Guid Key, string HoldReference, Money Amount, string? Reference, string? Reason)
{
    public GatewayAnswer Answer => Reference is null ? new Declined(Reason!) : new Approved(Reference);
}
