using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>A row of <c>acquirer_hold</c>.</summary>
sealed record HoldRow(Guid Key, string Status)
{
    public Guid? OrderId { get; init; }

    public string? CustomerId { get; init; }

    public Money? Amount { get; init; }

    public string? Reference { get; init; }

    public string? Reason { get; init; }

    public GatewayAnswer Answer => Status is "held" or "captured" ? new Approved(Reference!) : new Declined(Reason ?? "voided");
}
